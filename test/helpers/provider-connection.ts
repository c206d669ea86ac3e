import type { Connection } from "@mais/provider-kit";
import { createHttp } from "../../packages/provider-kit/http.ts";

interface ConnectionOptions<Config> {
  vendor: string;
  /** The sandbox's origin for this vendor, with what stands before its paths. */
  baseUrl: string;
  credentials: Record<string, string>;
  config?: Config;
  /** Of the pauses between two tries of a call. */
  longestWaitMs?: number;
}

/** What the kit hands to a provider's `connect`, over a sandbox in this process. */
export function connectionTo<Config>({
  vendor,
  baseUrl,
  credentials,
  config,
  ...pace
}: ConnectionOptions<Config>): Connection<Config> {
  const secrets = Object.values(credentials);
  return {
    ...{ baseUrl, credentials, sandbox: true },
    // A provider without configuration reads none.
    config: config ?? ({} as Config),
    http: (options) => createHttp({ baseUrl, ...pace, ...options, vendor, secrets: [...secrets, ...options.secrets] }),
  };
}

/** The surroundings of a lifecycle call, which keep what was said to the user. */
export function lifecycleCall({
  signal = new AbortController().signal,
  progress = () => {},
}: {
  signal?: AbortSignal;
  progress?(): void;
} = {}) {
  const said: string[] = [];
  const warned: string[] = [];
  return {
    urn: "urn:pulumi:test::mais::kind::name",
    nonce: "0123456789abcdef0123456789abcdef",
    signal,
    said,
    warned,
    progress(message: string) {
      said.push(message);
      progress();
    },
    note: (message: string) => void said.push(message),
    warn: (message: string) => void warned.push(message),
  };
}
