import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Decoded } from "../../packages/provider-kit/values.ts";
import type { Properties } from "../conformance/samples/sample.ts";

const FOLDER = join(import.meta.dirname, "fixtures");

/** One object as a release left it in state, with the program that made it. */
export interface FrozenObject {
  token: string;
  /** `all` its inputs, the `fewest`, or the input that cannot stand beside all the others. */
  with: string;
  /** What the sample made for it to refer to. */
  refs: Properties;
  /** What the program wrote. */
  args: Properties;
  id: string;
  inputs: Decoded;
  outputs: Decoded;
}

/** Everything of one provider, from the sandbox: no secret in it opens anything. */
export interface Fixture {
  release: string;
  provider: string;
  objects: FrozenObject[];
}

export function releases(): string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).sort() : [];
}

export function isFrozen(release: string): boolean {
  return releases().includes(release);
}

export function fixturesOf(release: string): Fixture[] {
  const files = readdirSync(join(FOLDER, release)).sort();
  return files.map((file) => JSON.parse(readFileSync(join(FOLDER, release, file), "utf8")) as Fixture);
}

export function writeFixture(fixture: Fixture): string {
  const folder = join(FOLDER, fixture.release);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${fixture.provider}.json`);
  const { objects, ...head } = fixture;
  // One object a line.
  const lines = objects.map((object) => JSON.stringify(object)).join(",\n");
  writeFileSync(file, `${JSON.stringify(head).slice(0, -1)},"objects":[\n${lines}\n]}\n`);
  return file;
}
