import { defineProvider, PLUGIN_VERSION } from "@mais/provider-kit";
import { GeneratedSecret } from "./generated-secret.ts";

/** Resources that live in the state alone: no account, no network. */
export const provider = defineProvider<Record<string, never>>({
  name: "mais",
  title: "MAIS",
  version: PLUGIN_VERSION,
  baseUrl: "",
  sandboxPath: "",
  config: {},
  credentials: {},
  connect: () => ({}),
  resources: [GeneratedSecret],
});
