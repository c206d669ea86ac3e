import { expect } from "vitest";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import type { Sandbox } from "../helpers/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, as a client of another language would
export type Json = any;

export interface Answer {
  status: number;
  json: Json;
  headers: Headers;
}

export async function ask(sandbox: Sandbox, request: string, body?: unknown, key = "sandbox_render"): Promise<Answer> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${sandbox.url("render")}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text), headers: response.headers };
}

export const newApi = {
  type: "web_service",
  name: "api",
  ownerId: SANDBOX_OWNER,
  repo: "https://github.com/acme/mais",
  branch: "main",
  envVars: [
    { key: "LOG_LEVEL", value: "info" },
    { key: "JWT_SECRET", value: "first" },
  ],
  serviceDetails: {
    runtime: "node",
    plan: "starter",
    region: "frankfurt",
    envSpecificDetails: { buildCommand: "npm ci", startCommand: "npm start" },
    healthCheckPath: "/health",
  },
};

export async function createApi(sandbox: Sandbox, changes: object = {}): Promise<{ id: string; deployId: string }> {
  const { status, json } = await ask(sandbox, "POST /services", { ...newApi, ...changes });
  expect(status).toBe(201);
  return { id: json.service.id, deployId: json.deployId };
}

export async function statusOf(sandbox: Sandbox, id: string, deployId: string): Promise<string> {
  return (await ask(sandbox, `GET /services/${id}/deploys/${deployId}`)).json.status;
}
