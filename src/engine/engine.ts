import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { capture } from "./capture.ts";

/** Where an engine came from. */
export type EngineSource = "path" | "cache" | "download" | "build";

/** A working pair of `pulumi` and the host that starts our program. */
export interface Engine {
  /** The folder to put on the path: it holds `pulumi`. */
  folder: string;
  pulumi: string;
  version: string;
  source: EngineSource;
}

/** The engine's programs: it starts the second one by its name, from the path. */
export const PROGRAMS = ["pulumi", "pulumi-language-nodejs"] as const;

export async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Both programs start. Answers the engine's version, or what is wrong in words. */
export async function tryEngine(
  pulumi: string,
  languageHost: string,
): Promise<{ version: string } | { problem: string }> {
  for (const program of [pulumi, languageHost]) {
    if (!(await isExecutable(program))) return { problem: `${program} is missing or cannot be executed` };
  }
  const version = await capture(pulumi, ["version"], { timeout: 30_000, env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
  if (version.code !== 0 || !version.stdout.trim()) return { problem: `${pulumi} does not run: ${version.reason}` };
  // The host has no version command; its usage text is the proof that it starts.
  const usage = await capture(languageHost, ["-h"], { timeout: 30_000 });
  if (!`${usage.stdout}${usage.stderr}`.includes("Usage")) {
    return { problem: `${languageHost} does not run: ${usage.reason}` };
  }
  return { version: version.stdout.trim().replace(/^v/, "") };
}

export function programIn(folder: string, program: (typeof PROGRAMS)[number]): string {
  return join(folder, program);
}
