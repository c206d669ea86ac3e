/** The version of our plugins. Pulumi.yaml names the same one; a test compares them. */
export const PLUGIN_VERSION = "0.1.0";

/** The published `@upstash/pulumi` 0.5.0 warns about any plugin older than itself. */
export const UPSTASH_PLUGIN_VERSION = "0.5.0";

/** The plugin version that resources of this type token ask for. */
export function pluginVersion(token: string): string {
  return token.startsWith("upstash:") ? UPSTASH_PLUGIN_VERSION : PLUGIN_VERSION;
}
