import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkEnvFile } from "../../src/config/check-env-file.ts";
import { generatedFiles } from "../../src/config/docs.ts";
import { MATRIX } from "../../src/config/matrix.ts";

const ROOT = join(import.meta.dirname, "..", "..");

test.each(Object.entries(generatedFiles()))("%s is what the matrix says (node src/config/docs.ts)", (path, text) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
});

test("both name every variable that a person could give", () => {
  for (const text of Object.values(generatedFiles())) {
    const listed = [...MATRIX].filter(([, row]) => !row.previousOf).map(([name]) => name);
    expect(listed.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  }
});

test("the example file holds nothing but defaults: what must be filled in is missing", () => {
  const text = readFileSync(join(ROOT, ".env.example"), "utf8");
  const { problems } = checkEnvFile("dev", { path: ".env.example", text });
  expect(problems.map(({ subject, kind }) => [subject, kind])).toEqual([
    ["DATABASE_URL", "missing"],
    ["JWT_SECRET", "missing"],
    ["BOOKING_TOKEN_SECRET", "missing"],
  ]);
});
