import { REGISTRY } from "./registry-environment.ts";
import { ProcessGroup, searchPath } from "./service-group.ts";
import type { ServiceVersion } from "./service-host.ts";
import { hider, type ServiceLog, withLastLines } from "./service-log.ts";

/** A step of a deploy, and what it reports to. */
export interface Step {
  version: ServiceVersion & { folder: string };
  log: ServiceLog;
  signal: AbortSignal;
}

export interface StepCommand {
  command: string;
  folder: string;
  env: Record<string, string>;
  limitMs: number;
}

/** npm takes what it has before it asks a registry, and asks for nothing that a build does not need. */
const NPM = {
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_prefer_offline: "true",
  npm_config_update_notifier: "false",
};
/** A build needs what tells programs where the user's own settings are and how the registry is reached. */
const PASSED = /^(HOME|TMPDIR|LANG|XDG_CACHE_HOME)$/i;

/** What a build runs with: where the user's programs keep their things, and the service's own variables. */
export function buildEnvironment({ defaults, variables }: ServiceVersion): Record<string, string> {
  const passed = Object.entries(process.env).filter(
    ([name, value]) => (PASSED.test(name) || REGISTRY.test(name)) && value !== undefined,
  );
  return {
    ...(Object.fromEntries(passed) as Record<string, string>),
    ...NPM,
    PATH: searchPath(),
    ...defaults,
    ...variables,
  };
}

/** Runs a command to its end, within its time; its output goes to the build log. Throws how it failed, with its last lines. */
export async function runStep({ version, log, signal }: Step, { limitMs, ...command }: StepCommand): Promise<void> {
  const stopped = () => new Error(`(${command.command}) was stopped: a newer deploy or a stop of the service came`);
  if (signal.aborted) throw stopped();
  const hide = hider(version.variables);
  const printed: string[] = [];
  const group = new ProcessGroup({
    ...command,
    onLine: (line) => {
      const text = hide(line);
      log.add("build", text);
      printed.push(text);
      if (printed.length > 20) printed.shift();
    },
  });
  const isLate = await outlasts(group, limitMs, signal);
  if (signal.aborted) throw stopped();
  if (isLate) throw new Error(withLastLines(`(${command.command}) did not end within ${limitMs / 1_000} s`, printed));
  const code = await group.finished();
  if (code !== 0) throw new Error(withLastLines(`(${command.command}) ${group.ended}`, printed));
}

/** Whether it had to be ended. */
async function outlasts(group: ProcessGroup, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const over = Promise.withResolvers<boolean>();
  const giveUp = () => over.resolve(true);
  const timer = setTimeout(giveUp, limitMs);
  signal.addEventListener("abort", giveUp, { once: true });
  group.whenEnded.then(() => over.resolve(false));
  const isLate = await over.promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", giveUp);
  if (isLate) await group.stop(1_000);
  return isLate;
}
