import { readdirSync, renameSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Opens one port for a vendor ahead of its launcher, in `ready.<vendor>`. */
export async function offerPort(run: string, vendor: string, open: (vendor: string) => Promise<number>): Promise<void> {
  publish(run, `ready.${vendor}`, await open(vendor));
}

/** In one step, so that no launcher reads half a number. */
function publish(run: string, name: string, port: number): void {
  writeFileSync(join(run, `new.${name}`), `${port}\n`);
  renameSync(join(run, `new.${name}`), join(run, name));
}

/** Answers each launcher's `want.<vendor>.<pid>` file with the port that `open` gives, in `port.<vendor>.<pid>`. */
export function answerLaunchers(run: string, open: (vendor: string) => Promise<number>): void {
  const seen = new Set<string>();
  const answer = async (launcher: string) => {
    try {
      publish(run, `port.${launcher}`, await open(launcher.split(".")[0] ?? ""));
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      writeFileSync(join(run, "failed"), "");
    }
  };
  const look = () => {
    for (const name of readdirSync(run)) {
      if (!name.startsWith("want.") || seen.has(name)) continue;
      seen.add(name);
      void answer(name.slice("want.".length));
    }
  };
  watch(run, look);
  look();
}
