import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "../command.ts";
import { exit } from "../exit.ts";

interface Manifest {
  version: string;
  dependencies: { "@pulumi/pulumi": string };
}

export const version = defineCommand({
  name: "version",
  about: "Show the versions of mais, its Node and its Pulumi",
  examples: ["mais version", "mais --version --json"],
  options: {},
  async run(_values, { out, root }) {
    const manifest: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    // SDK and engine are of one version; a test compares them.
    const pulumi = manifest.dependencies["@pulumi/pulumi"];
    const versions = { mais: manifest.version, node: process.versions.node, pulumi };
    const text = `mais ${versions.mais} (Node ${versions.node}, Pulumi ${versions.pulumi})`;
    out.result({ schema: "mais.version/1", ...versions }, text);
    return exit.ok;
  },
});
