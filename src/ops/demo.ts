import { obtainEngine } from "../engine/obtain-engine.ts";
import type { Place } from "./place.ts";
import { type Probe, probe } from "./probe.ts";
import { ensureSandbox, type RunningService, sandboxFolder, sandboxServices } from "./sandbox.ts";
import { up } from "./up.ts";
import type { UpResult } from "./up-run.ts";

export interface DemoResult {
  sandboxUrl: string;
  up: UpResult;
  services: RunningService[];
  /** Health and readiness of every service that has a health check. */
  probes: Probe[];
}

const STACK = "dev";
/** A service answers as soon as it is deployed; this is for a machine that is busy. */
const PATIENCE = { attempts: 20, pause: 500 };

/** The whole stack of `dev` on the sandbox, which stays running. */
export async function runDemo(place: Place): Promise<DemoResult> {
  const { root, env, progress } = place;
  await obtainEngine({ root, env, progress });
  const dir = sandboxFolder(root, env);
  const { address, started } = await progress.step("Starting the sandbox", () => ensureSandbox({ dir }));
  progress.line(`The sandbox ${started ? "answers" : "was running already"} on ${address.url}`);
  const result = await up(STACK, { ...place, sandbox: true });
  const services = await sandboxServices(dir);
  const addresses = services.flatMap((service) => healthAddresses(service, result.outputs));
  const probes = await progress.step("Asking the services for their health", () =>
    Promise.all(addresses.map((url) => probe(url, PATIENCE))),
  );
  return { sandboxUrl: address.url, up: result, services, probes };
}

/** Readiness belongs to nobody's health check, so its path comes from the stack's outputs. */
function healthAddresses({ localUrl, healthCheckPath }: RunningService, outputs: Record<string, unknown>): string[] {
  if (!healthCheckPath) return [];
  const ready = readinessPath(outputs.health);
  return [healthCheckPath, ...(ready ? [ready] : [])].map((path) => new URL(path, localUrl).href);
}

function readinessPath(health: unknown): string | undefined {
  const isDescribed = typeof health === "object" && health !== null && "ready" in health;
  return isDescribed && typeof health.ready === "string" ? new URL(health.ready).pathname : undefined;
}
