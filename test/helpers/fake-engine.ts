import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** An executable shell script. */
export async function writeProgram(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

/** Programs that answer as the engine's do when they are tried, and note each start in `calls`. */
export async function writeFakeEngine(folder: string, version: string): Promise<void> {
  await writeProgram(folder, "pulumi", `echo "$@" >> '${folder}/calls'; echo v${version}`);
  await writeProgram(folder, "pulumi-language-nodejs", "echo 'Usage of pulumi-language-nodejs:' >&2");
}
