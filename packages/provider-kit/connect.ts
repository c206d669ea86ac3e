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
