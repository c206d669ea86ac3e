import type { z } from "zod";
import type { Http, HttpOptions } from "./http.ts";

/** A credential that deploys: read from the environment at Configure, never stored. */
export interface Credential {
  about: string;
  /** Where to get one, and the smallest scope that works. */
  getIt: string;
  /** What a credential of the real vendor looks like; such a value is never sent anywhere else. */
  live?: RegExp;
}

/** What a provider knows when it connects. */
export interface Connection<Config> {
  /** The vendor's own base URL, or the sandbox's. */
  baseUrl: string;
  sandbox: boolean;
  /** By environment variable name, as declared in `credentials`. */
  credentials: Record<string, string>;
  config: Config;
  /**
   * The shared HTTP client over `baseUrl`, with retry, deadline and redaction. Another base URL is for a vendor whose
   * objects have hosts of their own; never send the vendor's credential there.
   */
  http(options: Omit<HttpOptions, "vendor" | "baseUrl"> & { baseUrl?: string }): Http;
}

/** A function that programs can call, such as `supabase:index/getPooler:getPooler`. */
export interface InvokeDefinition<Api> {
  token: string;
  inputs: Record<string, z.ZodType>;
  outputs: Record<string, z.ZodType>;
  secrets?: readonly string[];
  // Bivariant on purpose: arguments are parsed with `inputs` before the call.
  run(api: Api, args: never, call: { signal: AbortSignal }): Promise<Record<string, unknown>>;
}

/** One vendor's plugin: how to reach it, and what it manages. */
export interface ProviderDefinition<Api = unknown, Config = Record<string, string | undefined>> {
  /** `render` */
  name: string;
  /** `Render`, for messages. */
  title: string;
  version: string;
  /** The vendor's own endpoint, path prefix included. Empty for resources that live in the state alone. */
  baseUrl: string;
  /** What stands between the sandbox's origin and this vendor's paths: `/render/v1`. */
  sandboxPath: string;
  /** Configuration beside `endpoint`: identities of the account, kept in state. Strings. */
  config: Record<string, z.ZodType>;
  credentials: Record<string, Credential>;
  connect(connection: Connection<Config>): Api;
  /** Refuses (by throwing) credentials of another account than the configured one. Called once, before the first call. */
  verifyAccount?(api: Api, config: Config, signal: AbortSignal): Promise<void>;
  /** Classes made by `defineResource`. Their shapes differ, so only the token is typed here; each is checked where it is declared. */
  resources: readonly { definition: { token: string } }[];
  invokes?: readonly InvokeDefinition<Api>[];
}

/** A provider as its package writes it: functions as `defineFunction` made them, or plain. */
export interface ProviderDeclaration<Api, Config> extends Omit<ProviderDefinition<Api, Config>, "invokes"> {
  invokes?: readonly (InvokeDefinition<Api> | { definition: InvokeDefinition<Api> })[];
}

export function defineProvider<Api, Config = Record<string, string | undefined>>(
  declaration: ProviderDeclaration<Api, Config>,
): ProviderDefinition<Api, Config> {
  const invokes = (declaration.invokes ?? []).map((one) => ("definition" in one ? one.definition : one));
  return { ...declaration, invokes };
}
