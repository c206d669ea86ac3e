import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** Where a running sandbox is and what it accepts: `.mais/sandbox/address.json`. */
export const Address = z.object({
  schema: z.literal("mais.sandbox/1"),
  url: z.url(),
  pid: z.int().positive(),
  /** Needed for whatever changes or dumps the sandbox itself. */
  controlToken: z.string().min(1),
  /** By the name of the vendor's environment variable. */
  credentials: z.record(z.string(), z.string()),
});
export type Address = z.infer<typeof Address>;

/** What the emulators accept. Published: they open nothing but the sandbox. */
export const CREDENTIALS = {
  RENDER_API_KEY: "sandbox_render",
  VERCEL_API_TOKEN: "sandbox_vercel",
  SUPABASE_ACCESS_TOKEN: "sandbox_supabase",
  UPSTASH_EMAIL: "sandbox@mais.invalid",
  UPSTASH_API_KEY: "sandbox_upstash",
  STRIPE_API_KEY: "sandbox_stripe_test",
  STRIPE_API_KEY_LIVE: "sandbox_stripe_live",
  POSTMARK_ACCOUNT_TOKEN: "sandbox_postmark",
} as const;

/** The same account, and whose it is, in the form that some vendors' tools ask for before they send anything. */
export const TOOL_CREDENTIALS = {
  RENDER_OWNER_ID: "tea-sandbox0000000000000",
  VERCEL_API_TOKEN: "sandboxvercel00000000000",
  VERCEL_TOKEN: "sandboxvercel00000000000",
  SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`,
} as const;

/** The sandbox's folder: `MAIS_SANDBOX_DIR`, else `.mais/sandbox` in the checkout. */
export function sandboxFolder(root: string, env: Record<string, string | undefined>): string {
  return env.MAIS_SANDBOX_DIR ? resolve(root, env.MAIS_SANDBOX_DIR) : join(root, ".mais", "sandbox");
}

/** What the file says; whether anybody answers there is another question. */
export function readAddress(folder: string): Address | undefined {
  try {
    return Address.safeParse(JSON.parse(readFileSync(addressFile(folder), "utf8"))).data;
  } catch {
    return undefined;
  }
}

export function writeAddress(folder: string, address: Address): void {
  const temporary = `${addressFile(folder)}.tmp`;
  writeFileSync(temporary, JSON.stringify(address), { mode: 0o600 });
  // The mode above is for a new file only.
  chmodSync(temporary, 0o600);
  renameSync(temporary, addressFile(folder));
}

export function removeAddress(folder: string): void {
  rmSync(addressFile(folder), { force: true });
}

function addressFile(folder: string): string {
  return join(folder, "address.json");
}
