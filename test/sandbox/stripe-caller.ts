import type { Sandbox } from "../helpers/sandbox.ts";

// Typed by hand: only what the tests look at.
interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a vendor's answer of any shape, judged by the contract
  json: any;
}

/** Sends forms with one of the sandbox's keys, as any HTTP client would. */
export function client(sandbox: Sandbox, key = "sandbox_stripe_test") {
  return async (
    method: string,
    path: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${sandbox.url("stripe")}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
}

export const endpoint = { url: "https://api.mais.example/hook", "enabled_events[]": "charge.captured" };
export const plan = { currency: "eur", unit_amount: "990", "recurring[interval]": "month" };
