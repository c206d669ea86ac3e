import { expect, test } from "vitest";
import { judge } from "../../src/config/gate.ts";
import { MATRIX } from "../../src/config/matrix.ts";
import { previousRows } from "../../src/config/previous.ts";
import { everywhere, optional } from "../../src/config/shape.ts";
import { anyText } from "../../src/config/shapes.ts";
import { stackConfig } from "../helpers/stack-settings.ts";

const receipt = (overlap: boolean) => ({ generation: 2, since: "2026-01-31", ...(overlap ? { overlap } : {}) });

function accepted(receipts: object, given: Record<string, string> = {}) {
  const config = { ...stackConfig("dev", { "mais:receipts": receipts }), ...given };
  const verdict = judge({ environment: "dev", config });
  if (!verdict.ok) throw new Error(verdict.problems.map(({ subject, rule }) => `${subject}: ${rule}`).join("\n"));
  return verdict.configuration;
}

const previousOf = (configuration: ReturnType<typeof accepted>, surface: "api" | "worker" | "web") =>
  configuration
    .forSurface(surface)
    .filter(({ row }) => row.previousOf)
    .map(({ name, source }) => `${name} ${source}`);

test("the application has a previous value only while the variable's rotation is under way", () => {
  const during = accepted({ BOOKING_TOKEN_SECRET: receipt(true), STRIPE_WEBHOOK_SECRET: receipt(true) });
  expect(previousOf(during, "api")).toEqual([
    "BOOKING_TOKEN_SECRET_PREVIOUS generated",
    "STRIPE_WEBHOOK_SECRET_PREVIOUS provisioned",
  ]);
  expect(previousOf(during, "worker")).toEqual(["BOOKING_TOKEN_SECRET_PREVIOUS generated"]);
  expect(previousOf(during, "web")).toEqual([]);
  expect(previousOf(accepted({ BOOKING_TOKEN_SECRET: receipt(false) }), "api")).toEqual([]);
});

test("a previous value that was given is used as it is, however weak: it is on its way out", () => {
  const given = { "mais:JWT_SECRET_PREVIOUS": "changeme" };
  const during = accepted({ JWT_SECRET: receipt(true) }, given);
  expect(during.variables.get("JWT_SECRET_PREVIOUS")).toMatchObject({ source: "given", value: "changeme" });
});

test("a team's own pair has a previous value, what only a person can renew has none", () => {
  const row = {
    about: "x",
    usedBy: ["api"],
    secret: true,
    phase: "runtime",
    getIt: "x",
    ...everywhere(optional(anyText("x"))),
  } as const;
  const names = previousRows([
    ["OWN", { ...row, rotation: "pair" }],
    ["THEIRS", { ...row, rotation: "byHand" }],
    ["PLAIN", row],
  ]).map(([name]) => name);
  expect(names).toEqual(["OWN_PREVIOUS"]);
  expect(MATRIX.has("SUPABASE_SECRET_KEY_PREVIOUS")).toBe(false);
});
