import { Refusal } from "../emulator.ts";

/** Vercel's error body: `{"error": {"code", "message", …}}`. https://vercel.com/docs/rest-api/errors */
export function refusal(status: number, code: string, message: string, extra: Record<string, unknown> = {}): Refusal {
  return new Refusal(status, { error: { code, message, ...extra } });
}

export function badRequest(message: string): Refusal {
  return refusal(400, "bad_request", message);
}

export function notFound(what: string): Refusal {
  return refusal(404, "not_found", `The ${what} could not be found.`);
}

/** What is taken, or in the way. The vendor's own code words for 409 are not published. */
export function conflict(message: string, extra: Record<string, unknown> = {}): Refusal {
  return refusal(409, "conflict", message, extra);
}

export function notAuthorized(extra: Record<string, unknown> = {}): Refusal {
  return refusal(403, "forbidden", "Not authorized", extra);
}

/** Plans and add-ons that the sandbox's team, which is on Pro, does not have. */
export function planLacks(status: 402 | 428, message: string): Refusal {
  return refusal(status, status === 402 ? "payment_required" : "precondition_required", message);
}
