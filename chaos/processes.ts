import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function allProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        // The name in brackets may hold blanks; the parent is the second field behind it.
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // it ended between the two looks
      }
    });
}

/** The engine that a command of ours has started, once it runs. */
export function engineBelow(pid: number): number | undefined {
  const all = allProcesses();
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid).find(({ command }) => /\/pulumi -C /.test(command))?.pid;
}

/** The process that serves an engine's providers: the run folder in its arguments ends with the engine's or our command's id. */
export function servingProcess(owners: readonly number[]): number | undefined {
  const serving = allProcesses().filter(({ command }) => command.includes("plugin-host/main.ts"));
  return serving.find(({ command }) => owners.some((owner) => command.endsWith(`-${owner}`)))?.pid;
}

/** Ends a process that we started, at once. */
export function killHard(pid: number | undefined): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it has just ended by itself
  }
}
