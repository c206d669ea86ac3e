import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { StackLock } from "./stack-lock.ts";

/** A process as the machine knows it. */
export interface SeenProcess {
  /** Milliseconds since 1970. */
  startedAt: number;
  /** The program's name, without its folder. */
  program: string;
}

/** The machine that a lock's holder is looked for on. */
export interface Machine {
  hostname: string;
  now: number;
  /** Undefined when no such process runs; throws when that cannot be told. */
  process(pid: number): SeenProcess | undefined;
}

export interface Judged {
  /** `ended` and `running` are proven; `unknown` is all else. */
  holder: "ended" | "running" | "unknown";
  /** The proof, or what it lacks, in words. */
  because: string;
}

/** Names that many machines bear: they identify none. */
const NAMES_NOBODY = new Set(["", "localhost", "localhost.localdomain"]);

/** A process's start is known to the second, and a clock may have been set meanwhile. */
const TOLERANCE_MS = 5_000;

/** Whether a lock's holder still runs, as far as this machine can prove it. */
export function judgeHolder(lock: StackLock, machine: Machine): Judged {
  const { pid } = lock;
  const lockedAt = Date.parse(lock.timestamp);
  if (lock.hostname !== machine.hostname || NAMES_NOBODY.has(lock.hostname))
    return { holder: "unknown", because: `process ${pid} is on ${lock.hostname}, this is ${machine.hostname}` };
  if (lockedAt > machine.now + TOLERANCE_MS)
    return { holder: "unknown", because: "the lock was made in this machine's future, so its clock proves nothing" };
  try {
    const seen = machine.process(pid);
    if (!seen) return { holder: "ended", because: `no process ${pid} runs on ${machine.hostname}` };
    if (seen.startedAt <= lockedAt + TOLERANCE_MS)
      return { holder: "running", because: `process ${pid} (${seen.program}) runs since before the lock` };
    if (seen.program === "pulumi")
      return {
        holder: "unknown",
        because: `process ${pid} is an engine, although it seems to be younger than the lock`,
      };
    return { holder: "ended", because: `process ${pid} is ${seen.program} by now, started after the lock was made` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { holder: "unknown", because: `process ${pid} cannot be looked at: ${reason}` };
  }
}

export function thisMachine(): Machine {
  return { hostname: hostname(), now: Date.now(), process: process.platform === "linux" ? fromProc : fromPs };
}

/** What the kernel counts time in here; the value has been 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function fromProc(pid: number): SeenProcess | undefined {
  if (!isThere(pid)) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const program = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Ended, and its parent has not looked yet.
  if (state === "Z" || state === "X") return undefined;
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  // The 22nd field; `rest` begins with the fourth.
  const startedAt = (boot + Number(rest[18]) / TICKS_PER_SECOND) * 1_000;
  if (!Number.isFinite(startedAt)) throw new Error("/proc tells no start time");
  return { startedAt, program };
}

function fromPs(pid: number): SeenProcess | undefined {
  if (!isThere(pid)) return undefined;
  const env = { ...process.env, LC_ALL: "C" };
  const line = execFileSync("ps", ["-p", String(pid), "-o", "stat=,lstart=,comm="], { env, encoding: "utf8" }).trim();
  const [, state, start = "", program = ""] = /^(\S+)\s+(.{24})\s+(.+)$/.exec(line) ?? [];
  if (state?.startsWith("Z")) return undefined;
  const startedAt = Date.parse(start);
  if (!Number.isFinite(startedAt)) throw new Error("ps tells no start time");
  return { startedAt, program: program.slice(program.lastIndexOf("/") + 1) };
}

/** One that belongs to somebody else is there too. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
