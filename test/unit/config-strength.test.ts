import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { generatedFiles } from "../../src/config/docs.ts";
import { parseEnvFile } from "../../src/config/env-file.ts";
import { MATRIX } from "../../src/config/matrix.ts";
import { isPlaceholder, isPlaceholderSetting } from "../../src/config/placeholder.ts";
import { isWeak, leastStrength, strengthOf } from "../../src/config/strength.ts";

/** Random-looking text that is the same on every run. */
function random(seed: number, encoding: "hex" | "base64url", length: number): string {
  let text = "";
  for (let block = 0; text.length < length; block++) {
    text += createHash("sha512").update(`${seed}/${block}`).digest(encoding);
  }
  return text.slice(0, length);
}

const SEEDS = Array.from({ length: 2_000 }, (_, seed) => seed);

test.each([
  ["hex", 32],
  ["hex", 64],
  ["base64url", 32],
  ["base64url", 64],
  ["hex", 1_000],
] as const)("no random %s text of %i characters is called weak or a placeholder", (encoding, length) => {
  const secrets = SEEDS.slice(0, length > 100 ? 100 : SEEDS.length).map((seed) => random(seed, encoding, length));
  expect(secrets.filter(isWeak)).toEqual([]);
  expect(secrets.filter(isPlaceholder)).toEqual([]);
});

test("the bound grows by two bits a character, up to 128", () => {
  expect([32, 40, 64, 500].map((length) => leastStrength("x".repeat(length)))).toEqual([64, 80, 128, 128]);
});

test("strength is entropy per character times different pairs", () => {
  // Two characters, equally often: one bit each. The pairs are ab and ba, so d is 3.
  expect(strengthOf("abababab")).toBeCloseTo(3);
  // One character tells nothing, and its run makes no new pair after the first.
  expect(strengthOf("aaaaaaaa")).toBe(0);
});

test.each(["", "abcdefgh", "ZYXWVUTSRQ", "0123456789abcdef", "correct-horse-"])(
  "repeating %j makes no secret of it",
  (part) => {
    expect(isWeak(`${part}ab`.repeat(10))).toBe(true);
  },
);

test.each([
  "correct-horse-battery-staple-correct-horse",
  "my-super-secret-production-password-2026!",
  "ThisIsAVerySecretPasswordForProduction1",
  "P4ssw0rd-f0r-the-p4yment-server-2026",
  "nodejs-booking-app-jwt-secret-2024-prod",
])("common words make no secret: %j", (value) => expect(isWeak(value)).toBe(true));

test("a word counts as one character, whatever its case and its digits", () => {
  expect(strengthOf("password")).toBe(0);
  expect(strengthOf("passwordP4SSW0RD")).toBe(strengthOf("aa"));
  // Two symbols in turn, four of them: one bit each, and the pairs are two.
  expect(strengthOf("horse-HORSE-")).toBeCloseTo(3);
});

test("the example of variables gives no secret a value", () => {
  const given = [...parseEnvFile(generatedFiles()[".env.example"] ?? "").values];
  const secrets = given.filter(([name]) => MATRIX.get(name)?.secret);
  expect(secrets.length).toBeGreaterThan(5);
  expect(secrets.filter(([, value]) => value !== "")).toEqual([]);
});

test.each([
  "JWT_SECRET",
  "a-string-secret-at-least-256-bits-long",
  "4eC39HqLyjWDarjtT1zdp7dc",
  "changeme",
  "CHANGE_ME",
  "...",
  "sk_live_...",
  "<token>",
  "$".concat("{TOKEN}"),
  "{{ token }}",
  "your-token",
  "xxxxxxxx",
  "aaaa",
  "TODO",
  "secret",
])("%j is a placeholder", (value) => expect(isPlaceholder(value)).toBe(true));

test.each(["info", "development", "POSTMARK_API_TEST", "https://app.mais.app", "a"])("%j is none", (value) =>
  expect(isPlaceholder(value)).toBe(false),
);

test.each([
  ["api.example.com", true],
  ["https://github.com/your-org/your-app", true],
  ["acct_your_account", true],
  ["you@example.com", true],
  ["app.invalid", true],
  ["api.example-shop.com", false],
  ["example.community", false],
  ["https://github.com/yourmechanic/app", false],
  ["test", false],
])("as a setting, %j is an example: %s", (value, isExample) => expect(isPlaceholderSetting(value)).toBe(isExample));
