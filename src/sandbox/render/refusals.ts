import { Refusal } from "../emulator.ts";

/** Render's error body. Real answers to 404 carry no `id`; others were never seen with one that clients need. */
function refusal(status: number, message: string): Refusal {
  return new Refusal(status, { message });
}

export const unauthorized = (): Refusal => refusal(401, "unauthorized");
export const notFound = (id: string): Refusal => refusal(404, `not found: ${id}`);
export const invalid = (message: string): Refusal => refusal(400, message);
export const paymentRequired = (message: string): Refusal => refusal(402, message);
export const tooManyRequests = (): Refusal => refusal(429, "rate limit exceeded");
export const conflict = (message: string): Refusal => refusal(409, message);
