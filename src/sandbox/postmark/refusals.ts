import { Refusal } from "../emulator.ts";

/** Postmark's error body. The status is 422 for nearly every refusal. https://postmarkapp.com/developer/api/overview#error-codes */
export function refuse(code: number, message: string, status = 422): Refusal {
  return new Refusal(status, { ErrorCode: code, Message: message });
}

/** Servers and webhooks answer 404; streams and domains 422 with a code of their own. */
export function notFound(message = "The requested resource was not found."): Refusal {
  return refuse(12, message, 404);
}

/** The body of a successful delete is shaped like an error. */
export function done(message: string) {
  return { status: 200, json: { ErrorCode: 0, Message: message } };
}
