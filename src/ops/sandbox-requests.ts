import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogEntry } from "../sandbox/request-log.ts";

export type SandboxRequest = LogEntry;

/** The last requests of the log, oldest first, and where it ended then; none if there is no log yet. */
export async function readRequests(file: string, last: number): Promise<{ requests: SandboxRequest[]; end: number }> {
  const { text, end } = await readFrom(file, 0);
  return { requests: parseLines(text).slice(-last), end };
}

/** Requests as they come, from where an earlier reading ended: none falls between. Ends with the signal. */
export async function* followRequests(
  file: string,
  from: number,
  signal?: AbortSignal,
): AsyncGenerator<SandboxRequest> {
  let end = from;
  let rest = "";
  while (!signal?.aborted) {
    const more = await readFrom(file, end);
    end = more.end;
    const lines = (rest + more.text).split("\n");
    rest = lines.pop() ?? "";
    yield* parseLines(lines.join("\n"));
    await sleep(100, undefined, { signal }).catch(() => {});
  }
}

/** From that byte on; from the first if the file has become shorter. */
async function readFrom(file: string, start: number): Promise<{ text: string; end: number }> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return { text: "", end: 0 };
  try {
    const { size } = await handle.stat();
    const from = size < start ? 0 : start;
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return { text: buffer.toString("utf8", 0, bytesRead), end: from + bytesRead };
  } finally {
    await handle.close();
  }
}

/** A line cut short by a crash is left out. */
function parseLines(text: string): SandboxRequest[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
