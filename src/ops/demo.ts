import { existsSync } from "node:fs";
import { obtainEngine } from "../engine/obtain-engine.ts";
import { modulesFolder } from "../sandbox/service-modules.ts";
import { judgeReadiness, openDemoSandbox } from "./demo-databases.ts";
import type { Place } from "./place.ts";
import { type Probe, probe } from "./probe.ts";
import { type RunningService, sandboxFolder, sandboxServices, sandboxStatus } from "./sandbox.ts";
import { up } from "./up.ts";
import type { UpResult } from "./up-run.ts";

export interface DemoResult {
  sandboxUrl: string;
  up: UpResult;
  services: RunningService[];
  /** Health and readiness of every service that has a health check. */
  probes: Probe[];
  /** Whether all is as well as it can be on this machine. */
  ok: boolean;
  /** Why the API is not ready, and what would make it so. */
  notes: string[];
}

const STACK = "dev";
/** A service answers as soon as it is deployed; this is for a machine that is busy. */
const PATIENCE = { attempts: 20, pause: 500 };

/** The whole stack of `dev` on the sandbox, which stays running. */
export async function runDemo(place: Place): Promise<DemoResult> {
  const { root, env, progress } = place;
  await obtainEngine({ root, env, progress });
  const dir = sandboxFolder(root, env);
  const { address, started, obstacles } = await progress.step("Starting the sandbox", () => openDemoSandbox(dir));
  progress.line(`The sandbox ${started ? "answers" : "was running already"} on ${address.url}`);
  if (!existsSync(modulesFolder(env)))
    progress.line("The first run installs the packages of examples/api (npm ci), which later runs take from a cache");
  const result = await up(STACK, { ...place, sandbox: true });
  const services = await sandboxServices(dir);
  const databases = (await sandboxStatus(dir))?.databases ?? { postgres: false, redis: false };
  const readyPath = readinessPath(result.outputs.health);
  const addresses = services.flatMap((service) => healthAddresses(service, readyPath));
  // Where databases are missing, waiting makes nothing ready.
  const patience = (url: string) =>
    new URL(url).pathname === readyPath && !(databases.postgres && databases.redis) ? {} : PATIENCE;
  const probes = await progress.step("Asking the services for their health", () =>
    Promise.all(addresses.map((url) => probe(url, patience(url)))),
  );
  const judged = judgeReadiness({ probes, readyPath, databases, obstacles });
  return { sandboxUrl: address.url, up: result, services, probes, ...judged };
}

/** Readiness belongs to nobody's health check, so its path comes from the stack's outputs. */
function healthAddresses({ localUrl, healthCheckPath }: RunningService, ready: string | undefined): string[] {
  if (!healthCheckPath || !localUrl) return [];
  return [healthCheckPath, ...(ready ? [ready] : [])].map((path) => new URL(path, localUrl).href);
}

function readinessPath(health: unknown): string | undefined {
  const isDescribed = typeof health === "object" && health !== null && "ready" in health;
  return isDescribed && typeof health.ready === "string" ? new URL(health.ready).pathname : undefined;
}
