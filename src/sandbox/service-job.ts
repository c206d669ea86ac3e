import { ProcessGroup } from "./service-group.ts";
import type { JobRun, ServiceVersion } from "./service-host.ts";
import { hider, type ServiceLog } from "./service-log.ts";
import { runtimeEnvironment } from "./service-process.ts";

/** Render ends a run after twelve hours: https://render.com/docs/cronjobs */
const LIMIT_MS = 12 * 60 * 60_000;

export interface Job {
  version: ServiceVersion;
  folder: string;
  log: ServiceLog;
  /** How long it may take to end when it is cancelled. */
  stopLimitMs: number;
}

/** One run of a cron job's command. */
export function startJob({ version, folder, log, stopLimitMs }: Job): JobRun {
  const { name, startCommand: command = "", variables } = version;
  const hide = hider(variables);
  log.add("app", `==> ${name} runs: ${command}`);
  const onLine = (line: string) => log.add("app", hide(line));
  const group = new ProcessGroup({ command, folder, env: runtimeEnvironment(version), onLine });
  let isCancelled = false;
  const cancel = () => {
    isCancelled ||= group.ended === undefined;
    void group.stop(stopLimitMs);
  };
  const limit = setTimeout(() => void group.stop(stopLimitMs), LIMIT_MS);
  limit.unref();
  const ended = group.finished().then((code) => {
    clearTimeout(limit);
    log.add("app", `==> the run of ${name} ${isCancelled ? "was cancelled" : group.ended}`);
    return isCancelled ? undefined : code === 0;
  });
  return { ended, cancel };
}
