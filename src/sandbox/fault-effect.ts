import { setTimeout as sleep } from "node:timers/promises";
import { type Delivery, halfOf } from "./delivery.ts";
import { type Call, type Emulator, Refusal, type Reply } from "./emulator.ts";
import type { FaultSpec } from "./fault-spec.ts";

interface Struck {
  emulator: Emulator;
  call: Call;
  /** The vendor's own answer; whoever calls it has the vendor do what was asked. */
  handle(): Promise<Reply>;
}

const PAGE = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>";

/** Lets the fault strike one call: what the caller receives, and whether the vendor did anything before. */
export async function strike(fault: FaultSpec, { emulator, call, handle }: Struck): Promise<Delivery> {
  if ("handled" in fault && fault.kind !== "latency" && fault.handled) await handle();
  switch (fault.kind) {
    case "status":
      return withStatus(fault, emulator, call);
    case "html":
      return { status: fault.status, text: { body: PAGE, type: "text/html; charset=utf-8" } };
    case "latency":
      return await late(fault, handle);
    case "clock":
      call.world.clock.advance(fault.advanceMs);
      call.now = call.world.clock.now();
      return await handle();
    case "cut-before":
      // Nothing is answered; the number is for the log.
      return { status: 0, broken: "cut" };
    case "cut-after":
      return { ...(await handle()), broken: "cut" };
    case "half":
      return { ...(await handle()), broken: "half" };
    case "truncated":
      return truncated(await handle());
  }
}

async function late({ ms, handled }: { ms: number; handled: boolean }, handle: Struck["handle"]): Promise<Reply> {
  if (!handled) await sleep(ms);
  const reply = await handle();
  if (handled) await sleep(ms);
  return reply;
}

function truncated(reply: Reply): Delivery {
  if (reply.json === undefined) return { ...reply, broken: "cut" };
  return { ...reply, text: { body: halfOf(JSON.stringify(reply.json)), type: "application/json; charset=utf-8" } };
}

/** In the vendor's own error shape where it has one for it: clients tell a vendor's answer from a stranger's by that. */
function withStatus(
  { status, retryAfter }: { status: number; retryAfter?: string | undefined },
  emulator: Emulator,
  call: Call,
): Reply {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  if (status === 401) return { ...expired(emulator, call), headers };
  return { status, json: emulator.failed?.(call) ?? { message: `The sandbox was told to answer ${status}.` }, headers };
}

const CREDENTIAL = /authorization|token|api-?key/i;

/** What the vendor says to a credential that it does not know. */
function expired(emulator: Emulator, call: Call): Reply {
  const names = Object.keys(call.headers).filter((name) => CREDENTIAL.test(name));
  const headers = { ...call.headers, ...Object.fromEntries(names.map((name) => [name, "Bearer expired"])) };
  try {
    emulator.authenticate({ ...call, headers });
  } catch (error) {
    if (error instanceof Refusal && error.reply.status === 401) return error.reply;
  }
  return { status: 401, json: { message: "Unauthorized" } };
}
