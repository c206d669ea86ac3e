import { z } from "zod";

const State = z.object({ custom: z.boolean().optional(), outputs: z.record(z.string(), z.unknown()).nullish() });
const Metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  new: State.nullish(),
  old: State.nullish(),
});

/** The engine's events as far as we read them; it prints one per line. Unknown events and fields pass. */
const EngineEvent = z.object({
  timestamp: z.number(),
  resourcePreEvent: z.object({ metadata: Metadata }).optional(),
  resOutputsEvent: z.object({ metadata: Metadata }).optional(),
  resOpFailedEvent: z.object({ metadata: Metadata }).optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().optional(),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().optional(),
    })
    .optional(),
  policyEvent: z.object({ policyName: z.string(), message: z.string(), enforcementLevel: z.string() }).optional(),
  summaryEvent: z.object({ resourceChanges: z.record(z.string(), z.number()), durationSeconds: z.number() }).optional(),
});
export type EngineEvent = z.infer<typeof EngineEvent>;
export type StepMetadata = z.infer<typeof Metadata>;

/** One line of the engine's JSON output; undefined for what is no event. */
export function parseEngineEvent(line: string): EngineEvent | undefined {
  try {
    return EngineEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Pulumi's mark on a secret value. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Stack outputs: the plain ones, and the names of the secret ones. Nested secrets make the whole output secret. */
export function splitOutputs(outputs: Record<string, unknown>): { plain: Record<string, unknown>; secret: string[] } {
  const secret = Object.keys(outputs).filter((name) => JSON.stringify(outputs[name])?.includes(SECRET_MARK));
  const plain = Object.fromEntries(Object.entries(outputs).filter(([name]) => !secret.includes(name)));
  return { plain, secret };
}

/** A resource as people call it. */
export interface NamedResource {
  urn: string;
  type: string;
  /** `render` of `render:index/webService:WebService`. */
  vendor: string;
  /** `WebService` */
  kind: string;
  name: string;
}

export function namedResource({ urn, type }: Pick<StepMetadata, "urn" | "type">): NamedResource {
  const [vendor = ""] = type.split(":");
  return { urn, type, vendor, kind: type.split(":").at(-1) ?? type, name: urn.split("::").at(-1) ?? urn };
}
