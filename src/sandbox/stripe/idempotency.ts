import { createHash } from "node:crypto";
import type { Call, Reply } from "../emulator.ts";
import { invalid, refuse } from "./refusals.ts";

interface Remembered {
  key: string;
  fingerprint: string;
  at: number;
  reply: Reply;
}

/** "Keys are eligible to be removed from the system automatically after they're at least 24 hours old." */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Replays the first answer to a request that is sent again under the same key. A refusal is not kept: nothing was
 * executed. https://docs.stripe.com/api/idempotent_requests
 */
export function idempotent(handle: (call: Call) => Reply): (call: Call) => Reply {
  return (call) => {
    const key = call.headers["idempotency-key"];
    if (typeof key !== "string") return handle(call);
    if (key.length > 255) throw invalid("Idempotency-Key", "Idempotency keys must be at most 255 characters.");
    const remembered = call.store.collection<Remembered>(`${call.identity}/idempotency`);
    const fingerprint = fingerprintOf(call);
    const first = remembered.get(key);
    if (first && call.now.getTime() - first.at < KEPT_MS) return replay(first, fingerprint, key);
    const reply = handle(call);
    const expired = remembered.list().filter(({ at }) => call.now.getTime() - at >= KEPT_MS);
    for (const { key: old } of expired) remembered.delete(old);
    // A copy: the live object goes on changing, the replayed answer does not.
    remembered.set(key, { key, fingerprint, at: call.now.getTime(), reply: structuredClone(reply) });
    return { ...reply, headers: { ...reply.headers, "idempotency-key": key } };
  };
}

function replay(first: Remembered, fingerprint: string, key: string): Reply {
  if (first.fingerprint !== fingerprint)
    throw refuse(400, {
      type: "idempotency_error",
      message:
        "Keys for idempotent requests can only be used with the same parameters they were first used with. " +
        `Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  return { ...first.reply, headers: { ...first.reply.headers, "idempotency-key": key, "idempotent-replayed": "true" } };
}

function fingerprintOf(call: Call): string {
  return createHash("sha256")
    .update(JSON.stringify([call.method, call.path, call.body ?? null]))
    .digest("hex");
}
