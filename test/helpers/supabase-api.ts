import type { Sandbox } from "./sandbox.ts";

export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is judged field by field
  body: any;
  headers: Headers;
}

export function management(sandbox: Sandbox, token = "sandbox_supabase") {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init: RequestInit = {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(sandbox.url("supabase") + path, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };
}

export const newProject = {
  name: "mais-dev",
  organization_slug: "sandbox",
  db_pass: "correct-horse-battery",
  region_selection: { type: "specific", code: "eu-central-1" },
};

export async function healthyProject(sandbox: Sandbox, change: Json = {}): Promise<string> {
  const { body } = await management(sandbox)("POST", "/v1/projects", { ...newProject, ...change });
  sandbox.clock.advance(10_000);
  return body.ref;
}

export async function freeOrganization(sandbox: Sandbox): Promise<string> {
  const { body } = await management(sandbox)("POST", "/v1/organizations", { name: "Hobby" });
  return body.slug;
}

export interface StorageKeys {
  secret: string;
  publishable: string;
  serviceRole: string;
}

export async function storageOf(sandbox: Sandbox, ref: string) {
  const { body } = await management(sandbox)("GET", `/v1/projects/${ref}/api-keys?reveal=true`);
  const keys: StorageKeys = { serviceRole: body[1].api_key, publishable: body[2].api_key, secret: body[3].api_key };
  const call = async (
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const headers = { "content-type": "application/json", ...(options.headers ?? { apikey: keys.secret }) };
    const init: RequestInit = { method, headers };
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    const response = await fetch(`${sandbox.url("supabase")}/storage/${ref}/v1${path}`, init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { keys, call };
}
