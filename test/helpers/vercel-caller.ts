import type { Sandbox } from "./sandbox.ts";

export type Fields = Record<string, unknown>;
export interface Answer {
  status: number;
  body: Fields;
  headers: Headers;
}

/** Calls the sandbox's Vercel as its team. */
export function vercelCaller(sandbox: Sandbox): (method: string, path: string, body?: unknown) => Promise<Answer> {
  return async (method, path, body) => {
    const url = new URL(sandbox.url("vercel") + path);
    // An account's own addresses know no scope.
    if (!/\/(teams|user)\b/.test(path)) url.searchParams.set("teamId", "team_sandbox");
    const answer = await fetch(url, {
      method,
      headers: { authorization: "Bearer sandbox_vercel", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text), headers: answer.headers };
  };
}
