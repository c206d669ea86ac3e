import { z } from "zod";
import { captureEngine, type Session } from "../engine/session.ts";
import type { Place } from "./place.ts";

/** A resource as the program declares it now. Secrets come as "[secret]". */
export interface Planned {
  urn: string;
  inputs: Record<string, unknown>;
  parent: string | undefined;
}

/** What `pulumi preview --json` prints, as far as it is needed here. */
const Preview = z.object({
  steps: z
    .array(
      z.object({
        urn: z.string(),
        op: z.string(),
        newState: z
          .object({ inputs: z.record(z.string(), z.unknown()).optional(), parent: z.string().optional() })
          .optional(),
      }),
    )
    .default([]),
});

/** What the program wants, from one preview, made when it is first asked for. */
export function plannedResources(session: Session, { progress }: Place): () => Promise<Planned[]> {
  let planned: Promise<Planned[]> | undefined;
  return () => {
    planned ??= progress.step("Asking the program what it wants", () => preview(session));
    return planned;
  };
}

async function preview(session: Session): Promise<Planned[]> {
  const args = ["preview", "--json", "--non-interactive", "--stack", session.project.stack];
  const answer = await captureEngine(session, args);
  if (answer.code !== 0)
    throw new Error(`the program cannot be previewed (see: mais pulumi preview): ${answer.reason}`);
  const { steps } = Preview.parse(JSON.parse(answer.stdout));
  return steps
    .filter(({ op }) => !op.startsWith("delete"))
    .map(({ urn, newState }) => ({ urn, inputs: newState?.inputs ?? {}, parent: newState?.parent }));
}
