import { defineApiObject } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";

/** Render's page where nobody says how long it should be. */
const PAGE = 20;

/** Any object of Render that has no resource of its own: webhooks, log streams, registry credentials, … */
export const ApiObject = defineApiObject<RenderApi>("render", {
  title: "Render",
  isPartial: (answer, { limit = String(PAGE) }) => Array.isArray(answer) && answer.length >= Number(limit),
});
export type ApiObject = InstanceType<typeof ApiObject>;
