import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "../command.ts";
import { exit } from "../exit.ts";

export const version = defineCommand({
  name: "version",
  about: "Show the versions of mais and its Node",
  examples: ["mais version", "mais --version --json"],
  options: {},
  async run(_values, { out, root }) {
    const manifest: { version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const versions = { mais: manifest.version, node: process.versions.node };
    out.result({ schema: "mais.version/1", ...versions }, `mais ${versions.mais} (Node ${versions.node})`);
    return exit.ok;
  },
});
