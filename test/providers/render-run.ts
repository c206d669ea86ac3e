import type { ResourceDefinition } from "../../packages/provider-kit/define-resource.ts";
import { changedInputs } from "../../packages/provider-kit/diff.ts";
import { managedInputs } from "../../packages/provider-kit/managed-inputs.ts";
import { connect, type RenderApi } from "../../packages/render/client.ts";
import { WebService } from "../../packages/render/web-service.ts";
import { connectionTo, lifecycleCall } from "../helpers/provider-connection.ts";
import type { Sandbox } from "../helpers/sandbox.ts";

const OWNER = "tea-sandbox0000000000000";

/** A connection as the plugin makes one, to the sandbox in this process. */
export function connectTo(sandbox: Sandbox, RENDER_API_KEY = "sandbox_render", ownerId = OWNER): RenderApi {
  const baseUrl = `${sandbox.url("render")}/v1`;
  const api = connect(
    connectionTo({ vendor: "Render", baseUrl, credentials: { RENDER_API_KEY }, config: { ownerId } }),
  );
  return Object.assign(api, { pace: { firstPauseMs: 1, longestPauseMs: 1 } });
}

/** `POST /v1/services` and the like, without reads. */
export function writes(sandbox: Sandbox): string[] {
  return sandbox
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path: at }) => `${method} ${at}`);
}

/** What a refresh would change in the inputs that the user manages. */
export function driftOf(kind: unknown, managed: object, live: object): string[] {
  // The kit's own view of any definition.
  const plain = kind as ResourceDefinition;
  const olds = managed as Record<string, unknown>;
  return [...changedInputs(plain, olds, managedInputs(plain, live as Record<string, unknown>, olds))];
}

export async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error("it succeeded");
    },
    (error: Error) => error,
  );
}

/** Asks the sandbox's Render directly, as somebody in its dashboard would. */
export async function post(sandbox: Sandbox, at: string, body: object = {}): Promise<void> {
  const headers = { authorization: "Bearer sandbox_render" };
  const answer = await fetch(`${sandbox.url("render")}${at}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${at} answered ${answer.status}: ${await answer.text()}`);
}

export const { definition } = WebService;

export const inputs = {
  name: "mais-dev-api",
  plan: "starter" as const,
  region: "frankfurt" as const,
  runtimeSource: {
    nativeRuntime: {
      ...{ repoUrl: "https://github.com/acme/mais", branch: "main", buildCommand: "npm ci", runtime: "node" as const },
      autoDeploy: false,
    },
  },
  startCommand: "npm start",
  healthCheckPath: "/health",
  envVars: { JWT_SECRET: { value: "one" }, LOG_LEVEL: { value: "info" }, TOKEN: { generateValue: true } },
};

export type Inputs = typeof definition.create extends (api: never, inputs: infer I, call: never) => unknown ? I : never;

export async function created(sandbox: Sandbox, more: Partial<Inputs> = {}) {
  const api = connectTo(sandbox);
  const all: Inputs = { ...inputs, ...more };
  const made = await definition.create(api, all, lifecycleCall());
  return { api, id: made.id, made, all, before: writes(sandbox).length };
}

/** Updates to `news`; answers the calls that changed something, and what the user was told. */
export async function updated(sandbox: Sandbox, from: Awaited<ReturnType<typeof created>>, news: Inputs) {
  const names = Object.keys({ ...from.all, ...news }) as (keyof Inputs)[];
  const differs = (key: keyof Inputs) => JSON.stringify(from.all[key]) !== JSON.stringify(news[key]);
  const call = { ...lifecycleCall(), olds: from.all, outputs: from.made, changed: new Set(names.filter(differs)) };
  const start = writes(sandbox).length;
  const live = await definition.update?.(from.api, from.id, news, call);
  return { live, said: call.said, warned: call.warned, writes: writes(sandbox).slice(start) };
}

export const instant = { delays: { renderDeploy: 0 } };
export const path = (id: string, rest = "") => `/v1/services/${id}${rest}`;
