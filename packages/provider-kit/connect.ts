import type { ProviderDefinition } from "./define-provider.ts";
import { Refused } from "./errors.ts";
import { createHttp } from "./http.ts";
import { isLoopback, sandboxAddress } from "./sandbox-address.ts";
import type { PropertyMap } from "./values.ts";

/** Where the checkout and the sandbox are, and the environment that credentials are read from. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** The checkout's root folder. */
  root: string;
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
  const sandbox = usesSandbox(args, env);
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

/** Whether this instance talks to the sandbox: by its own word, or because the whole run does. */
export function usesSandbox(args: PropertyMap, env: Surroundings["env"]): boolean {
  return args.endpoint === "sandbox" || env.MAIS_TARGET === "sandbox";
}

/** The sandbox's credentials; `sbp_` and zeros is for Supabase's own tools, which insist on that form. */
const SANDBOX_WORD = /^(sandbox|sbp_0{40}$)/;

function liveCredentials(provider: ProviderDefinition, env: Surroundings["env"]): Record<string, string> {
  const problems = credentialProblems(provider, env);
  if (problems.length > 0) throw new Refused(`${problems.join("; ")}. Nothing was sent.`);
  return Object.fromEntries(Object.keys(provider.credentials).map((name) => [name, env[name] ?? ""]));
}

/** What keeps the environment's credentials from being sent to the vendor itself, each with what to do. */
export function credentialProblems({ title, credentials }: ProviderDefinition, env: Surroundings["env"]): string[] {
  return Object.entries(credentials).flatMap(([name, { about, getIt }]) => {
    const value = env[name];
    if (!value) return [`${name} is not set (${title}: ${about}; get it from ${getIt})`];
    return SANDBOX_WORD.test(value) ? [`${name} is the sandbox's; it is never sent to ${title}`] : [];
  });
}
