import type { RawMethod, RawOptions } from "@mais/provider-kit";
import { z } from "zod";

const ErrorBody = z.object({ ErrorCode: z.number().default(0), Message: z.string().default("no reason given") });

/** A request of Postmark's account API that its SDK has no method for. */
export function rawRequest(
  { baseUrl, token }: { baseUrl: string; token: string },
  { method, path }: { method: RawMethod; path: string },
  { query, body }: RawOptions,
): { url: string; init: RequestInit } {
  const search = query ? `?${new URLSearchParams(query)}` : "";
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    "x-postmark-account-token": token,
  };
  const url = `${baseUrl.replace(/\/$/, "")}${path}${search}`;
  return { url, init: { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) } };
}

/** The parsed body, or an error in the form of the SDK's own. */
export async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return body;
  const { ErrorCode: code, Message } = ErrorBody.catch({ ErrorCode: 0, Message: "no reason given" }).parse(body);
  throw Object.assign(new Error(Message), { code, statusCode: response.status });
}

/** Status 0 stands for a server that was not reached, as in the SDK. */
export function unreachable(error: unknown): never {
  throw Object.assign(new Error(error instanceof Error ? error.message : String(error)), { code: 0, statusCode: 0 });
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 500);
  }
}
