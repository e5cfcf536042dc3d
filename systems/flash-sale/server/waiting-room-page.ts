/**
 * The page a visitor sees while waiting. It says the same as the JSON, works without scripts (it reloads itself), and
 * with them only asks for the JSON instead. Nothing in it comes from the visitor but the product's name, whose
 * alphabet has been checked.
 */
import type { PlaceView } from "./waiting-room-api.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }
  body { min-height: 100vh; margin: 0; display: grid; place-items: center }
  main { max-width: 30rem; padding: 2rem; text-align: center }
  .position { font-size: 4.5rem; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums }
  code { display: block; padding: .75rem; border: 1px solid; border-radius: .5rem; overflow-wrap: anywhere }
`;

/** Asks again when its time has come; a changed state of affairs (admitted, sold out, expired) reloads the page. */
const SCRIPT = `
  const position = document.querySelector(".position");
  const wait = document.querySelector(".wait");
  async function look() {
    const answer = await fetch(location.href, { headers: { accept: "application/json" } }).catch(() => undefined);
    if (answer === undefined) return setTimeout(look, 5000);
    const place = await answer.json();
    if (!answer.ok || place.position === 0 || place.soldOut) return location.reload();
    position.textContent = place.position;
    wait.textContent = place.waitSeconds;
    setTimeout(look, place.pollAfterMs);
  }
  if (position !== null) setTimeout(look, 1000);
`;

export function placePage(place: PlaceView): string {
  const waits = place.position > 0 && !place.soldOut;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${waits ? `<noscript><meta http-equiv="refresh" content="${Math.ceil(place.pollAfterMs / 1000)}"></noscript>` : ""}
<title>${titleOf(place)}</title>
<style>${STYLE}</style>
</head>
<body>
<main aria-live="polite">
${bodyOf(place)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function titleOf({ position, soldOut, productId }: PlaceView): string {
  if (soldOut) return `${productId} is sold out`;
  return position === 0 ? `It is your turn: ${productId}` : `In line for ${productId}`;
}

function bodyOf(place: PlaceView): string {
  if (place.soldOut) {
    return `<h1>Sold out</h1>\n<p>The last ${place.productId} has just gone. Thank you for waiting.</p>`;
  }
  if (place.token !== undefined) {
    return `<h1>It is your turn</h1>
<p>Order ${place.productId} with this admission token in the header <b>x-admission-token</b>. It is good for one order.</p>
<code>${place.token}</code>`;
  }
  return `<h1>You are in line for ${place.productId}</h1>
<p>Your place</p>
<p class="position">${place.position}</p>
<p>About <span class="wait">${place.waitSeconds}</span> seconds to go. This page moves on by itself.</p>`;
}
