import { z } from "zod";
import type { Reply } from "./emulator.ts";
import type { FaultInput } from "./fault-spec.ts";
import type { FaultRecord, Faults } from "./faults.ts";

export const listFaults = (faults: Faults): Reply => ok({ faults: faults.list(), fired: faults.fired });

/** The body is a `FaultSpec`. */
export function addFault(faults: Faults, text: string): Reply {
  try {
    // `add` judges it.
    return { status: 201, json: faults.add(JSON.parse(text) as FaultInput) satisfies FaultRecord };
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(400, "The body is not JSON.");
    if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
    throw error;
  }
}

export function removeFault(faults: Faults, id: string): Reply {
  return faults.remove(Number(id)) ? listFaults(faults) : refuse(404, `There is no fault ${id}. See GET /faults.`);
}

export function clearFaults(faults: Faults): Reply {
  const { fired } = faults;
  const removed = faults.list().length;
  faults.clear();
  return ok({ removed, fired });
}

function ok(json: unknown): Reply {
  return { status: 200, json };
}

function refuse(status: number, message: string): Reply {
  return { status, json: { message } };
}
