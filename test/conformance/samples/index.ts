import { mais } from "./mais.ts";
import { postmark } from "./postmark.ts";
import { render } from "./render.ts";
import type { VendorSample } from "./sample.ts";
import { stripe } from "./stripe.ts";
import { supabase } from "./supabase.ts";
import { upstash } from "./upstash.ts";
import { vercel } from "./vercel.ts";

/** A sample of every resource of every provider, by the provider's name. */
export const samples: Record<string, VendorSample> = { render, vercel, supabase, upstash, stripe, postmark, mais };
