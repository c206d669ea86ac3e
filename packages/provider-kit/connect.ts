import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderDefinition } from "./define-provider.ts";
import { Refused } from "./errors.ts";
import { createHttp } from "./http.ts";
import type { PropertyMap } from "./values.ts";

/** Where the checkout and the sandbox are, and the environment that credentials are read from. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** The checkout's root folder. */
  root: string;
}

interface SandboxAddress {
  url: string;
  credentials: Record<string, string>;
}

export interface Connected {
  api: unknown;
  /** Credential values, for redaction. */
  secrets: string[];
}

/** Builds the vendor's client for one provider instance, and checks whose account the credentials open. */
export async function connect(
  provider: ProviderDefinition,
  args: PropertyMap,
  { env, root }: Surroundings,
  signal: AbortSignal,
): Promise<Connected> {
  if (!provider.baseUrl) return { api: undefined, secrets: [] };
  const sandbox = args.endpoint === "sandbox" || env.MAIS_TARGET === "sandbox";
  const address = sandbox ? await sandboxAddress(env, root, signal) : undefined;
  const credentials = address ? address.credentials : liveCredentials(provider, env);
  const baseUrl = address ? address.url + provider.sandboxPath : provider.baseUrl;
  const secrets = Object.values(credentials);
  const config = Object.fromEntries(Object.keys(provider.config).map((key) => [key, args[key]]));
  const api = provider.connect({
    baseUrl,
    sandbox,
    credentials,
    config: config as Record<string, string | undefined>,
    http: (options) => {
      if (sandbox && !isLoopback(options.baseUrl ?? baseUrl))
        throw new Refused(`${provider.title}: on the sandbox nothing is sent to another host.`);
      return createHttp({ baseUrl, ...options, vendor: provider.title, secrets: [...secrets, ...options.secrets] });
    },
  });
  await provider.verifyAccount?.(api, config as Record<string, string | undefined>, signal);
  return { api, secrets };
}

function liveCredentials(provider: ProviderDefinition, env: Surroundings["env"]): Record<string, string> {
  const problems: string[] = [];
  const credentials: Record<string, string> = {};
  for (const [name, { about, getIt }] of Object.entries(provider.credentials)) {
    const value = env[name];
    if (!value) problems.push(`${name} is not set (${about}; get it from ${getIt})`);
    else if (value.startsWith("sandbox"))
      problems.push(`${name} is the sandbox's; it is never sent to ${provider.title}`);
    else credentials[name] = value;
  }
  if (problems.length > 0) throw new Refused(`${provider.title}: ${problems.join("; ")}. Nothing was sent.`);
  return credentials;
}

const START_LIMIT_MS = 15_000;

/** The running sandbox's address; starts one when none answers. */
async function sandboxAddress(env: Surroundings["env"], root: string, signal: AbortSignal): Promise<SandboxAddress> {
  const folder = env.MAIS_SANDBOX_DIR ?? join(root, ".mais", "sandbox");
  const running = await answering(folder, signal);
  if (running) return running;
  const main = join(root, "src", "sandbox", "main.ts");
  // Six providers may find it stopped at once: the sandbox itself admits one process per folder, the others see its address.
  spawn(process.execPath, [main, "--dir", folder], { detached: true, stdio: "ignore", env: sandboxEnv(env) }).unref();
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; ) {
    const started = await answering(folder, signal);
    if (started) return started;
    await sleep(50, undefined, { signal });
  }
  throw new Refused("The sandbox did not start. Run: mais sandbox start — it says why. Nothing was changed.");
}

/** The sandbox runs users' code: it gets no variable of ours but what it needs to start. */
function sandboxEnv(env: Surroundings["env"]): Record<string, string | undefined> {
  const { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE } = env;
  return { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE };
}

async function answering(folder: string, signal: AbortSignal): Promise<SandboxAddress | undefined> {
  try {
    const address = JSON.parse(readFileSync(join(folder, "address.json"), "utf8")) as SandboxAddress;
    const answer = await fetch(`${address.url}/_sandbox/status`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    });
    return answer.ok && isLoopback(address.url) ? address : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function isLoopback(url: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}
