import type { InputProblem } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi, Stop } from "./client.ts";

const EnvVar = z.strictObject({
  /** Give either a value, or `generateValue`. */
  value: z.string().optional(),
  /** Render makes a random value, once. */
  generateValue: z.boolean().optional(),
});

// What Render's dashboard accepts as a name.
const KEY = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

export const variableInputs = {
  /** Environment variables by name. Variables that are not named here are left alone. */
  envVars: z.record(z.string().regex(KEY, "is not a name that Render accepts for a variable"), EnvVar).optional(),
  /** Files in `/etc/secrets` by name. Files that are not named here are left alone. */
  secretFiles: z
    .record(
      z.string().min(1),
      z.strictObject({
        /** The whole file, as text. */
        content: z.string(),
      }),
    )
    .optional(),
};

export interface Variables {
  envVars?: Record<string, z.output<typeof EnvVar>> | undefined;
  secretFiles?: Record<string, { content: string }> | undefined;
}

export function checkVariables({ envVars = {} }: Variables): InputProblem[] {
  return Object.entries(envVars)
    .filter(([, { value, generateValue }]) => (value !== undefined) === (generateValue === true))
    .map(([key]) => ({ property: `envVars.${key}`, reason: "takes either a value or generateValue: true" }));
}

/** The lists that Render's create calls take. */
export function variablesBody({ envVars = {}, secretFiles = {} }: Variables): Record<string, unknown> {
  return {
    envVars: Object.entries(envVars).map(([key, { value }]) => ({ key, ...valueBody(value) })),
    secretFiles: Object.entries(secretFiles).map(([name, { content }]) => ({ name, content })),
  };
}

function valueBody(value: string | undefined): Record<string, unknown> {
  return value === undefined ? { generateValue: true } : { value };
}

/** Which entries differ, by name. */
export function changedKeys<T>(olds: Record<string, T> = {}, news: Record<string, T> = {}): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => JSON.stringify(sorted(olds[name])) !== JSON.stringify(sorted(news[name])));
}

function sorted(entry: unknown): unknown {
  return entry && typeof entry === "object" ? Object.entries(entry).toSorted() : entry;
}

/**
 * Changes entry by entry, never the whole list: Render's replace-all call would take away what others have set.
 * `path` is the service or env group.
 */
export async function updateVariables(
  api: RenderApi,
  path: string,
  { olds, news }: { olds: Variables; news: Variables },
  stop: Stop,
): Promise<void> {
  for (const key of changedKeys(olds.envVars, news.envVars)) {
    const wanted = news.envVars?.[key];
    if (wanted) await api.putEntry(path, "env-vars", key, valueBody(wanted.value), stop);
    else await api.deleteEntry(path, "env-vars", key, stop);
  }
  for (const name of changedKeys(olds.secretFiles, news.secretFiles)) {
    const wanted = news.secretFiles?.[name];
    if (wanted) await api.putEntry(path, "secret-files", name, { content: wanted.content }, stop);
    else await api.deleteEntry(path, "secret-files", name, stop);
  }
}

/** Live variables as a user writes them: all of them on import, else those that are managed. */
export function liveEnvVars(live: Record<string, string>, managed: Variables["envVars"]): Variables["envVars"] {
  const kept = Object.entries(live).filter(([key]) => !managed || key in managed);
  return Object.fromEntries(
    // A generated value is known to Render alone; that it exists is all that is managed.
    kept.map(([key, value]) => [key, managed?.[key]?.generateValue ? { generateValue: true } : { value }]),
  );
}

export function liveSecretFiles(
  live: Record<string, string>,
  managed: Variables["secretFiles"],
): Variables["secretFiles"] {
  const kept = Object.entries(live).filter(([name]) => !managed || name in managed);
  return Object.fromEntries(kept.map(([name, content]) => [name, { content }]));
}
