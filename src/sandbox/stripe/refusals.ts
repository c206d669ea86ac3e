import { Refusal } from "../emulator.ts";

interface StripeError {
  type?: "invalid_request_error" | "idempotency_error" | "api_error";
  code?: string;
  message: string;
  param?: string;
}

/** https://docs.stripe.com/api/errors */
export function refuse(status: number, { type = "invalid_request_error", ...rest }: StripeError): Refusal {
  const page = rest.code ? { doc_url: `https://stripe.com/docs/error-codes/${rest.code.replaceAll("_", "-")}` } : {};
  return new Refusal(status, { error: { ...rest, ...page, type } });
}

/** A parameter breaks a rule. */
export function invalid(param: string, message: string, code?: string): Refusal {
  return refuse(400, { message, param, ...(code ? { code } : {}) });
}
