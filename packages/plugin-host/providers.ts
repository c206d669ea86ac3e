import type { ProviderDefinition } from "@mais/provider-kit";

/** Loads one vendor's provider. Each is loaded on first use: an engine run rarely needs all at once. */
export const PROVIDERS: Record<string, () => Promise<ProviderDefinition>> = {
  render: async () => (await import("../render/provider.ts")).provider as unknown as ProviderDefinition,
  vercel: async () => (await import("../vercel/provider.ts")).provider as unknown as ProviderDefinition,
  supabase: async () => (await import("../supabase/provider.ts")).provider as unknown as ProviderDefinition,
  upstash: async () => (await import("../upstash/provider.ts")).provider as unknown as ProviderDefinition,
  stripe: async () => (await import("../stripe/provider.ts")).provider as unknown as ProviderDefinition,
  postmark: async () => (await import("../postmark/provider.ts")).provider as unknown as ProviderDefinition,
  mais: async () => (await import("../mais/provider.ts")).provider as unknown as ProviderDefinition,
};
