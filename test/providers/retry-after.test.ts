import { retryAfterMs } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { z } from "zod";
import { PostmarkApi } from "../../packages/postmark/client.ts";
import { StripeApi } from "../../packages/stripe/client.ts";
import { startSandbox } from "../helpers/sandbox.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

test.each<[string | undefined, number | undefined]>([
  ["0", 0],
  ["3", 3_000],
  ["1.5", 1_500],
  ["-5", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
  ["Sun, 01 Mar 2026 12:00:30 GMT", 30_000],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
])("Retry-After %j is a wait of %s ms", (text, wait) => {
  expect(retryAfterMs(new Headers(text === undefined ? {} : { "retry-after": text }), NOW)).toBe(wait);
});

/** The pauses of one call that is limited four times. */
async function pausesOf(vendor: "stripe" | "postmark"): Promise<number[]> {
  await using sandbox = await startSandbox([vendor], { contract: "unchecked" });
  for (const retryAfter of ["7", "0", "-1", "3600"])
    sandbox.faults.add({ kind: "status", status: 429, retryAfter, vendor });
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const baseUrl = sandbox.url(vendor);
  const { signal } = new AbortController();
  const operation = { attempt: "a look", answer: z.unknown() };
  if (vendor === "stripe") {
    const api = new StripeApi({ baseUrl, key: "sandbox_stripe_test", pause });
    await api.call(operation, signal, (stripe) => stripe.accounts.retrieveCurrent());
  } else {
    const api = new PostmarkApi({ baseUrl, accountToken: "sandbox_postmark", pause });
    await api.account(operation, signal, (client) => client.getServers());
  }
  return pauses;
}

test.each(["stripe", "postmark"] as const)(
  "%s is given the time that it asks for, up to half a minute",
  async (vendor) => {
    const [asked, none, backOff, longest, ...more] = await pausesOf(vendor);
    expect([asked, none, longest, more]).toEqual([7_000, 0, 30_000, []]);
    // The third try's own pause: 0.5 s, doubled twice, less at most half.
    expect(backOff).toBeGreaterThanOrEqual(1_000);
    expect(backOff).toBeLessThanOrEqual(2_000);
  },
);
