import { join } from "node:path";
import { capture } from "./capture.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import type { Environment } from "./locate-engine.ts";

/** A closed network must cost seconds, not minutes. */
const PROBE_TIMEOUT = 15_000;
const INSTALL_TIMEOUT = 10 * 60_000;
const INSTALLER = "https://get.pulumi.com/install.sh";

/**
 * Pulumi's official download, into `folder/bin`, through the Automation API. In a process of its own: the API cannot be
 * cancelled, and it starts shell scripts. Answers a problem in words, or undefined.
 */
export async function downloadEngine(
  folder: string,
  options: { env: Environment; update: (detail: string) => void },
): Promise<string | undefined> {
  const { env, update } = options;
  // Node heeds HTTPS_PROXY only when told so; the installer's own curl always does.
  const childEnv = { ...env, NODE_USE_ENV_PROXY: env.NODE_USE_ENV_PROXY ?? "1" };
  const child = join(import.meta.dirname, "download-engine-process.ts");
  const run = (mode: string, timeout: number) =>
    capture(process.execPath, [child, mode, mode === "probe" ? INSTALLER : folder, ENGINE_VERSION], {
      env: childEnv,
      timeout,
    });
  update("reaching get.pulumi.com");
  const probe = await run("probe", PROBE_TIMEOUT);
  if (probe.code !== 0) return `get.pulumi.com cannot be reached (${probe.reason})`;
  update(`version ${ENGINE_VERSION}`);
  const install = await run("install", INSTALL_TIMEOUT);
  return install.code === 0 ? undefined : `Pulumi's installer failed: ${install.reason}`;
}
