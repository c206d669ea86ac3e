import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_EVENTS } from "../../src/config/stripe-events.ts";
import { accepted, judgeLive } from "../helpers/judged.ts";

const { platform, connected } = DEFAULT_EVENTS;

test("default stands for the events that a booking marketplace needs, at both endpoints", () => {
  const { stripe } = accepted("prod", {
    "mais:stripe.events": "default",
    "mais:stripe.connect": { events: "default" },
  }).settings;
  expect(stripe).toMatchObject({ events: platform, connect: { events: connected } });
});

test("Stripe knows each of them, and each is named once", () => {
  const contract = JSON.parse(readFileSync("test/contracts/stripe.contract.json", "utf8"));
  const known: string[] = contract.components.schemas.EventBase.properties.type.enum;
  for (const events of [platform, connected]) {
    expect(events.filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set(events).size).toBe(events.length);
  }
});

test.each([
  ["defaults", "stripe.events", "expected a list of events, or the word default"],
  [undefined, "stripe.events", "expected a list"],
  [["default"], "stripe.events.0", "expected an event such as charge.refunded"],
])("%j is no list of events", (events, subject, rule) => {
  const verdict = judgeLive("prod", { "mais:stripe.events": events });
  const problems = verdict.ok ? [] : verdict.problems;
  expect(problems.map((problem) => [problem.subject, problem.rule])).toEqual([[subject, rule]]);
});
