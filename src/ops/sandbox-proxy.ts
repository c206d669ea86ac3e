import { type Address, TOOL_CREDENTIALS } from "../sandbox/address.ts";
import type { ProxyAddress } from "../sandbox/proxy/on-demand.ts";
import { ask, ensureSandbox } from "./sandbox.ts";

export const SHELLS = ["posix", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export interface ProxySettings {
  proxy: ProxyAddress;
  /** What a shell has to set so that the vendors' own tools reach the sandbox. */
  variables: Record<string, string>;
}

/** Starts the sandbox and its HTTPS proxy as far as they do not run yet, and says how tools are told of them. */
export async function proxySettings(dir: string): Promise<ProxySettings> {
  const { address } = await ensureSandbox({ dir });
  const proxy = await ask<ProxyAddress>(address, "/proxy", { method: "POST" });
  return { proxy, variables: toolVariables(address, proxy) };
}

/** The same as commands for `eval`. */
export function shellLines(variables: Record<string, string>, shell: Shell): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      shell === "fish" ? `set -gx ${name} ${quoteFish(value)}` : `export ${name}=${quote(value)}`,
    )
    .join("\n");
}

/** Everything that a shell has to set, by name. */
export function toolVariables(address: Address, { url, certificate }: ProxyAddress): Record<string, string> {
  const { STRIPE_API_KEY_LIVE: _, ...credentials } = address.credentials;
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    // A name that was listed there would be asked directly.
    NO_PROXY: "",
    no_proxy: "",
    NODE_USE_ENV_PROXY: "1",
    // Go and OpenSSL, Node, Python's requests, curl.
    SSL_CERT_FILE: certificate,
    NODE_EXTRA_CA_CERTS: certificate,
    REQUESTS_CA_BUNDLE: certificate,
    CURL_CA_BUNDLE: certificate,
    RENDER_HOST: `${address.url}/render/v1`,
    // Its newer readers take no path, so it stays the vendor's own and goes through the proxy.
    SUPABASE_API_ENDPOINT: "https://api.supabase.com",
    ...credentials,
    ...TOOL_CREDENTIALS,
  };
}

/** Nothing inside single quotes means anything. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Inside fish's single quotes a backslash still does. */
function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
