import { defineApiObject } from "@mais/provider-kit";
import type { Supabase } from "./client.ts";

/** Any object of Supabase's Management API that has no resource of its own: secrets of functions, third-party auth, … */
export const ApiObject = defineApiObject<Supabase>("supabase", { title: "Supabase" });
export type ApiObject = InstanceType<typeof ApiObject>;
