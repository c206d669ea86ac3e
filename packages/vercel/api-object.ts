import { defineApiObject } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";

const Paged = z.object({ pagination: z.object({ next: z.union([z.number(), z.string()]) }) });

/** Any object of Vercel that has no resource of its own: webhooks, log drains, … The team is added to each request. */
export const ApiObject = defineApiObject<Vercel>("vercel", {
  title: "Vercel",
  isPartial: (answer) => Paged.safeParse(answer).success,
});
export type ApiObject = InstanceType<typeof ApiObject>;
