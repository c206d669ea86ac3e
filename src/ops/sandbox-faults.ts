import type { FaultInput } from "../sandbox/fault-spec.ts";
import type { FaultRecord } from "../sandbox/faults.ts";
import { exit, UserError } from "../user-error.ts";
import { type Address, ask, findSandbox } from "./sandbox.ts";

export { FAULT_KINDS, type FaultInput } from "../sandbox/fault-spec.ts";
export type { FaultRecord } from "../sandbox/faults.ts";

/** From now on, calls to the sandbox that it matches go wrong. It is gone when the sandbox ends. */
export async function addFault(dir: string, fault: FaultInput): Promise<FaultRecord> {
  return await ask(await running(dir), "/faults", { method: "POST", json: fault, refused });
}

export async function listFaults(dir: string): Promise<{ faults: FaultRecord[]; fired: number }> {
  return await ask(await running(dir), "/faults");
}

/** One by its number, or all. */
export async function clearFaults(dir: string, id?: number): Promise<void> {
  await ask(await running(dir), id === undefined ? "/faults" : `/faults/${id}`, { method: "DELETE", refused });
}

async function running(dir: string): Promise<Address> {
  const address = await findSandbox(dir);
  if (address) return address;
  throw new UserError("The sandbox is stopped: faults are kept only while it runs.", {
    advice: "Start it: mais sandbox start",
  });
}

function refused(message: string): never {
  throw new UserError(`The sandbox refused it: ${message}`, {
    advice: "See: mais sandbox --help, and mais sandbox fault list",
    exit: exit.usage,
  });
}
