import type { Sandbox } from "./sandbox.ts";

interface Answer {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is judged field by field
  body: any;
}

/** Calls the Developer API as a client of the account does. */
export function developer(sandbox: Sandbox, key = "sandbox_upstash") {
  const authorization = `Basic ${Buffer.from(`sandbox@mais.invalid:${key}`).toString("base64")}`;
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init: RequestInit = { method, headers: { authorization, "content-type": "application/json" } };
    if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${sandbox.url("upstash")}/v2${path}`, init);
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text) };
  };
}

export const global = { database_name: "cache", region: "global", primary_region: "eu-west-1" };

export async function makeDatabase(sandbox: Sandbox, change: object = {}): Promise<string> {
  return (await developer(sandbox)("POST", "/redis/database", { ...global, ...change })).body.database_id;
}
