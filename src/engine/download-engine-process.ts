import { createRequire } from "node:module";

/** Started by `download-engine.ts` alone: `probe <url>` or `install <folder> <version>`. */
const [mode = "", where = "", version = ""] = process.argv.slice(2);

try {
  if (mode === "probe") await probe(where);
  else await install(where, version);
  // The Automation API keeps sockets open.
  process.exit(0);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  process.stderr.write(`${error instanceof Error ? error.message.trim().split("\n").at(-1) : error}${cause}\n`);
  process.exit(1);
}

async function probe(url: string): Promise<void> {
  const response = await fetch(url, { method: "HEAD" });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
}

async function install(folder: string, wanted: string): Promise<void> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/cmd.js");
  const { SemVer } = createRequire(import.meta.resolve("@pulumi/pulumi"))("semver");
  await PulumiCommand.install({ root: folder, version: new SemVer(wanted) });
}
