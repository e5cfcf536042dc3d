/**
 * Holdfast as it is published: packed, unpacked into a project outside the repository, its dependencies linked to the
 * ones installed here. Nothing is downloaded.
 */
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, runToEnd } from "../harness/child.ts";
import { lacking } from "../harness/path.ts";
import { words } from "../harness/words.ts";
import { workplace } from "../harness/workplace.ts";
import { lackingHoldfast, launch } from "./command.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPTS = ["lean.load.ts", "buy.ts"];

/** Why it cannot be packed here; undefined when it can. */
export function lackingPacked(): string | undefined {
  return lackingHoldfast() ?? lacking("npm", "tar");
}

/** Packs it and makes the project; gives the command that runs the lean script there with these options. */
export async function preparePacked(): Promise<(options: readonly string[]) => Command> {
  const project = workplace("project");
  const installed = join(project, "node_modules/holdfast");
  mkdirSync(installed, { recursive: true });
  const said = await runToEnd({
    argv: words`npm pack --json --prefix ${ROOT} -w holdfast --pack-destination ${project}`,
  });
  const tarball = join(project, nameOfTarball(said));
  await runToEnd({ argv: words`tar -xzf ${tarball} -C ${installed} --strip-components=1` });
  linkDependencies(installed);
  for (const script of SCRIPTS) {
    copyFileSync(fileURLToPath(new URL(script, import.meta.url)), join(project, script));
  }
  const launcher = join(installed, "bin/holdfast.js");
  const lean = join(project, "lean.load.ts");
  return (options) => launch(launcher, lean, options);
}

/** The build prints before npm does. */
function nameOfTarball(said: string): string {
  const name = /"filename":\s*"([^"]+\.tgz)"/.exec(said)?.[1];
  if (name === undefined) throw new Error(`npm pack did not name its file: ${said.slice(-300)}`);
  return name;
}

function linkDependencies(installed: string): void {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(installed, "..", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
}
