/** The one request that every client of the bench sends, as those tools want it that cannot vary it. */
import { fileURLToPath } from "node:url";

export const BODY = '{"product":"phone","quantity":1,"key":"00000000deadbeef"}';
export const KEY = "00000000deadbeef";
export const BODY_FILE: string = peerFile("body.json");
export const AUTOCANNON = "autocannon/autocannon.js";

/** The path of a script beside this file. */
export function peerFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
