import { readFileSync } from "node:fs";
import { join } from "node:path";
import { samples } from "../conformance/samples/index.ts";
import { type FrozenObject, isFrozen, writeFixture } from "./fixture.ts";
import { freeze, subjectsOf } from "./frozen-objects.ts";

// `node test/state/freeze.ts` when a release is made: keeps what it leaves in state, for all later ones to be held to.
// A release that is out is never frozen again; `--again` is for one that is not.

const ROOT = join(import.meta.dirname, "..", "..");
const { version: release } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

async function main(again: boolean): Promise<number> {
  if (isFrozen(release) && !again) {
    console.error(
      `Release ${release} is frozen already. Raise the version in package.json first, or say --again if it is not out yet.`,
    );
    return 1;
  }
  for (const [provider, vendor] of Object.entries(samples)) {
    const objects: FrozenObject[] = [];
    for (const subject of subjectsOf(vendor)) {
      const frozen = await freeze(subject);
      objects.push(...frozen.objects);
      for (const line of frozen.skipped) console.log(`not made: ${line}`);
    }
    console.log(`${writeFixture({ release, provider, objects })}: ${objects.length} objects`);
  }
  return 0;
}

process.exitCode = await main(process.argv.includes("--again"));
