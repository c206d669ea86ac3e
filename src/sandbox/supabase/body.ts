import type { z } from "zod";
import type { Call } from "../emulator.ts";
import { refuse } from "./refusals.ts";

/** The body in the expected form, or the 400 that Supabase answers: `<field>: <reason>`. */
export function readBody<S extends z.ZodType>(call: Call, schema: S): z.output<S> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  throw refuse(400, explain(parsed.error));
}

export function explain(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const fields = issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".") || "body"];
      const reason = issue.code === "unrecognized_keys" ? "property should not exist" : issue.message;
      return fields.map((field) => `${field}: ${reason}`).join(", ");
    })
    .join(", ");
}

/** A query value of the expected form. */
export function readQuery<S extends z.ZodType>(call: Call, name: string, schema: S): z.output<S> {
  const parsed = schema.safeParse(call.query.get(name) ?? undefined);
  if (parsed.success) return parsed.data;
  throw refuse(400, `${name}: ${parsed.error.issues[0]?.message ?? "is invalid"}`);
}
