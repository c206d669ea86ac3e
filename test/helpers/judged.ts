import type { Configuration } from "../../src/config/configuration.ts";
import type { Environment } from "../../src/config/environments.ts";
import { type GateInput, judge } from "../../src/config/gate.ts";
import { fixture, liveConfig } from "./stack-settings.ts";

type Changes = Record<string, unknown>;

/** What the gate says of a live run with a stack file's settings, some of them changed. */
export function judgeLive(environment: Environment, changes: Changes = {}, more: Partial<GateInput> = {}) {
  return judge({ environment, config: liveConfig(environment, changes), envFile: fixture(environment), ...more });
}

export function accepted(
  environment: Environment,
  changes: Changes = {},
  more: Partial<GateInput> = {},
): Configuration {
  const verdict = judgeLive(environment, changes, more);
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.problems, undefined, 2));
  return verdict.configuration;
}

export function refused(environment: Environment, changes: Changes = {}, more: Partial<GateInput> = {}) {
  const verdict = judgeLive(environment, changes, more);
  return verdict.ok ? [] : verdict.problems.map(({ subject, kind, rule }) => ({ subject, kind, rule }));
}
