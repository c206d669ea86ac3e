import { z } from "zod";
import { fingerprint, shortFingerprint } from "../../config/fingerprint.ts";
import { previousName } from "../../config/previous.ts";
import type { Surface } from "../../config/variable.ts";
import type { PlannedRotation } from "./rotation-plan.ts";
import type { HeldValues } from "./rotation-world.ts";

/** The password of the application's report, and the key of its fingerprints. docs/app-contract.md */
export const REPORT_TOKEN = "MAIS_FINGERPRINT_TOKEN";

const digits = z.string().regex(/^[0-9a-f]{8}$/);

const report = z.object({
  /** The consumer that the process is of: `api`, `worker`. */
  part: z.string(),
  instance: z.string(),
  variables: z.record(z.string(), z.object({ current: digits.optional(), previous: digits.optional() })),
});
const answer = report.extend({ others: z.array(report).default([]) });

export type ProcessReport = z.output<typeof report>;

/** The answer of `GET /_mais/fingerprints`, as one report for each process. */
export function readReports(body: unknown): ProcessReport[] | string {
  const parsed = answer.safeParse(body);
  if (!parsed.success) return "its answer is not the one of docs/app-contract.md";
  const { others, ...asked } = parsed.data;
  return [asked, ...others];
}

/** Why a consumer is believed to run with the new value. */
export interface Evidence {
  variable: string;
  consumer: Surface;
  /** `fingerprint`: each of its processes said so. `deploy`: it was deployed with the value, which is weaker. */
  by: "fingerprint" | "deploy";
  /** How many processes said so. */
  processes: number;
  /** Why the weaker evidence was taken. */
  because?: string;
}

export interface RunningVerdict {
  evidence: Evidence[];
  /** Consumers that are not there yet, in words. */
  behind: string[];
}

/** What consumers run with, by what their processes say and by what they were deployed with. Pure. */
export function judgeRunning(
  rotations: readonly PlannedRotation[],
  { held, reports, token }: { held: HeldValues; reports: readonly ProcessReport[] | string; token: string | undefined },
): RunningVerdict {
  const verdict: RunningVerdict = { evidence: [], behind: [] };
  for (const { name, redeploys } of rotations)
    for (const consumer of redeploys) {
      const value = held.get(consumer)?.[name];
      // It consumes a variable that goes along, and not this one.
      if (value === undefined) continue;
      const told = processesOf(consumer, name, reports);
      if (typeof told === "string" || token === undefined) {
        const because = typeof told === "string" ? told : `${REPORT_TOKEN} has no value`;
        verdict.evidence.push({ variable: name, consumer, by: "deploy", processes: 0, because });
        continue;
      }
      const expected = shortFingerprint(fingerprint(token, value));
      const behind = told.filter(({ variables }) => variables[name]?.current !== expected);
      if (behind.length > 0)
        verdict.behind.push(`${consumer}: ${behind.length} of ${told.length} processes run without the new ${name}`);
      else verdict.evidence.push({ variable: name, consumer, by: "fingerprint", processes: told.length });
    }
  return verdict;
}

/** Processes that still accept the value before. */
export function stillAccepting(name: string, reports: readonly ProcessReport[] | string): string[] {
  if (typeof reports === "string") return [];
  return reports
    .filter(({ variables }) => variables[name]?.previous !== undefined || variables[previousName(name)] !== undefined)
    .map(({ part, instance }) => `${part} ${instance}`);
}

function processesOf(consumer: Surface, name: string, reports: readonly ProcessReport[] | string) {
  if (consumer === "web") return "what the site was built with is not asked for";
  if (consumer === "cron") return "it takes the value at its next run";
  if (typeof reports === "string") return reports;
  const own = reports.filter(({ part }) => part === consumer);
  if (own.length === 0) return "none of its processes reports";
  return own.some(({ variables }) => variables[name] !== undefined) ? own : `it does not tell about ${name}`;
}
