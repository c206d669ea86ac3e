import { z } from "zod";
import { captureEngine, type Session } from "../engine/session.ts";
import type { Place } from "./place.ts";

/** What `pulumi preview --json` prints, as far as it is needed here. */
const Preview = z.object({
  steps: z
    .array(
      z.object({
        urn: z.string(),
        newState: z.object({ inputs: z.record(z.string(), z.unknown()).optional() }).optional(),
      }),
    )
    .default([]),
});

/**
 * Inputs as the program gives them now, from one preview, made when the first is asked for. Secrets come as "[secret]":
 * what is looked up by one fails, and says so.
 */
export function programInputs(
  session: Session,
  { progress }: Place,
): (urn: string) => Promise<Record<string, unknown> | undefined> {
  let inputs: Promise<Map<string, Record<string, unknown>>> | undefined;
  return async (urn) => {
    inputs ??= progress.step("Asking the program what it wants", () => preview(session));
    return (await inputs).get(urn);
  };
}

async function preview(session: Session): Promise<Map<string, Record<string, unknown>>> {
  const args = ["preview", "--json", "--non-interactive", "--stack", session.project.stack];
  const answer = await captureEngine(session, args);
  if (answer.code !== 0)
    throw new Error(`the program cannot be previewed (see: mais pulumi preview): ${answer.reason}`);
  const { steps } = Preview.parse(JSON.parse(answer.stdout));
  return new Map(steps.flatMap(({ urn, newState }) => (newState?.inputs ? [[urn, newState.inputs] as const] : [])));
}
