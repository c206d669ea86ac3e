import type { z } from "zod";
import type { Call } from "../emulator.ts";
import { refuse } from "./refusals.ts";

/** The body in the expected form, or a 400. Calls without payload may carry the body `null`, as the official provider sends. */
export function readBody<S extends z.ZodType>(call: Call, schema: S): z.output<S> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(400, `invalid ${issue?.path.join(".") || "body"}: ${issue?.message}`);
}
