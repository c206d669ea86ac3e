import { ApiError } from "@mais/provider-kit";

/** Postmark's error codes that mean "it is not there"; elsewhere that is status 404. */
export const GONE: ReadonlySet<number> = new Set([501, 510, 1101, 1226]);

/** What to do about an answer, by its ErrorCode. https://postmarkapp.com/developer/api/overview#error-codes */
const ADVICE: Record<number, string> = {
  10: "Set POSTMARK_ACCOUNT_TOKEN to the account's API token (Postmark > Account > API Tokens); a server's token opens one server only",
  100: "Postmark is under maintenance; try again later",
  603: "Choose another name, or import the server that has it",
  604: "Ask Postmark's support to enable deleting servers for this account",
  606: "Give a full http or https address",
  607: "Use one of Purple, Blue, Turquoise, Green, Red, Orange, Yellow, Grey",
  610: "Point the domain's MX record to inbound.postmarkapp.com first",
  1225: "A server has at most ten streams; archive one, or use another server",
  1228: "A server has one inbound stream, which exists from the start; import it",
  1229: "The streams outbound and inbound belong to the server and stay",
  1232: "It was purged 45 days after it was archived; choose another stream id",
};

/** By status, where the code says nothing. */
const ADVICE_BY_STATUS: Record<number, string> = {
  429: "Postmark limits requests; try again in a minute",
  503: "Postmark is not available; try again later",
};

export function adviceFor(code: number, status: number): string | undefined {
  return ADVICE[code] ?? ADVICE_BY_STATUS[status];
}

/** Whether Postmark answered with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof ApiError && codes.includes(Number(error.code));
}
