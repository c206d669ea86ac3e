import fc from "fast-check";
import { expect, test } from "vitest";
import { type DotenvReader, writeDotenv } from "../../src/config/dotenv-writer.ts";
import { parseEnvFile } from "../../src/config/env-file.ts";
import { readAsNext } from "../helpers/next-env-file.ts";
import { hostileValue, longValue, seeded, unholdableValue, variableName } from "./hostile-values.ts";

const variables = (value: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.tuple(variableName, value), { selector: ([name]) => name, minLength: 1, maxLength: 6 });

const readers: Record<DotenvReader, (text: string) => ReadonlyMap<string, string>> = {
  node: (text) => parseEnvFile(text).values,
  next: readAsNext,
};

test.each(["node", "next"] as const)(
  "%s reads back each value that was written, and none that was refused",
  (reader) => {
    const holds = (entries: [string, string][]) => {
      const { text, refused } = writeDotenv(new Map(entries), { reader });
      const missing = new Set(refused.map(({ name }) => name));
      expect(new Map(readers[reader](text))).toEqual(new Map(entries.filter(([name]) => !missing.has(name))));
    };
    fc.assert(fc.property(variables(fc.oneof(hostileValue, unholdableValue)), holds), seeded(2000));
    fc.assert(fc.property(variables(longValue), holds), seeded(20));
  },
);

test.each(["node", "next"] as const)(
  "for %s a value that leaves one kind of quote unused is always written",
  (reader) => {
    const plain = hostileValue.map((value) => value.replaceAll(/['\u2028\u2029]/g, "").replace(/\\+$/, ""));
    const holds = (value: string) => {
      expect(writeDotenv(new Map([["A", value]]), { reader }).refused).toEqual([]);
    };
    fc.assert(fc.property(plain, holds), seeded(1000));
  },
);

test("what no environment variable or no reader holds is refused", () => {
  const holds = (value: string) => {
    for (const reader of ["node", "next"] as const) {
      expect(writeDotenv(new Map([["A", value]]), { reader })).toMatchObject({ text: "", refused: [{ name: "A" }] });
    }
  };
  fc.assert(fc.property(unholdableValue, holds), seeded(500));
});
