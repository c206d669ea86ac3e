import { defineApiObject } from "@mais/provider-kit";
import type { Upstash } from "./client.ts";

/** Any object of Upstash's Developer API that has no resource here: teams, vector indexes, search indexes, … */
export const ApiObject = defineApiObject<Upstash>("upstash", { title: "Upstash" });
export type ApiObject = InstanceType<typeof ApiObject>;
