import type { Route } from "../../src/sandbox/emulator.ts";

/** Bodies that no vendor expects; an emulator may accept or refuse them, but must not break. */
const BODIES = [
  "",
  "null",
  "[]",
  '"text"',
  "7",
  "{}",
  '{"__proto__":{"a":1}}',
  '{"name":null,"id":[],"public":"yes"}',
  "{",
  "\u0000",
];

interface Target {
  /** What stands before the routes' paths. */
  baseUrl: string;
  headers: Record<string, string>;
  /** Values for the parameters in the routes' paths. */
  params: Record<string, string>;
}

/** Sends every odd body to every route that takes one; answers `METHOD path body` for each that broke with a 5xx. */
export async function sendOddBodies(routes: readonly Route[], { baseUrl, headers, params }: Target): Promise<string[]> {
  const broken: string[] = [];
  for (const { method, path } of routes.filter((route) => ["POST", "PUT", "PATCH"].includes(route.method)))
    for (const body of BODIES) {
      const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "__proto__"));
      const response = await fetch(baseUrl + target, {
        method,
        body,
        headers: { "content-type": "application/json", ...headers },
      });
      await response.arrayBuffer();
      if (response.status >= 500) broken.push(`${method} ${target} ${body}`);
    }
  return broken;
}
