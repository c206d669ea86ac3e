import type { Emulator } from "./emulator.ts";
import { emulator as postmark } from "./postmark/index.ts";
import { emulator as render } from "./render/index.ts";
import { emulator as stripe } from "./stripe/index.ts";
import { emulator as supabase } from "./supabase/index.ts";
import { emulator as upstash } from "./upstash/index.ts";
import { emulator as vercel } from "./vercel/index.ts";

/** Every vendor that the sandbox serves. */
export const emulators: readonly Emulator[] = [render, vercel, supabase, upstash, stripe, postmark];
