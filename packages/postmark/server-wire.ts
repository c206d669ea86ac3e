import type { Models } from "postmark";
import { z } from "zod";

/** A server as Postmark answers it; what it may leave out is optional here. */
export const ServerAnswer = z.object({
  ...{ ID: z.number(), Name: z.string(), ApiTokens: z.array(z.string()).min(1), DeliveryType: z.string() },
  ...{ ServerLink: z.string(), InboundAddress: z.string(), InboundHash: z.string(), Color: z.string().nullish() },
  ...{
    SmtpApiActivated: z.boolean().nullish(),
    RawEmailEnabled: z.boolean().nullish(),
    TrackOpens: z.boolean().nullish(),
  },
  ...{
    TrackLinks: z.string().nullish(),
    PostFirstOpenOnly: z.boolean().nullish(),
    InboundHookUrl: z.string().nullish(),
  },
  ...{ InboundDomain: z.string().nullish(), InboundSpamThreshold: z.number().nullish() },
  ...{ IncludeBounceContentInHook: z.boolean().nullish(), EnableSmtpApiErrorHooks: z.boolean().nullish() },
});
export type ServerAnswer = z.output<typeof ServerAnswer>;

/** Property to Postmark's field. */
const FIELDS = {
  name: "Name",
  color: "Color",
  smtpApiActivated: "SmtpApiActivated",
  rawEmailEnabled: "RawEmailEnabled",
  trackOpens: "TrackOpens",
  trackLinks: "TrackLinks",
  postFirstOpenOnly: "PostFirstOpenOnly",
  inboundHookUrl: "InboundHookUrl",
  inboundDomain: "InboundDomain",
  inboundSpamThreshold: "InboundSpamThreshold",
  includeBounceContentInHook: "IncludeBounceContentInHook",
  enableSmtpApiErrorHooks: "EnableSmtpApiErrorHooks",
} as const;

/** Texts that the empty text clears; any other setting keeps its value when a program no longer mentions it. */
const CLEARABLE: ReadonlySet<string> = new Set(["inboundHookUrl", "inboundDomain"]);

type Inputs = { name: string; deliveryType: "Live" | "Sandbox" } & { [P in keyof typeof FIELDS]?: unknown };

export function toWireServer(inputs: Inputs): Models.CreateServerRequest {
  const DeliveryType = inputs.deliveryType;
  return { ...fieldsOf(inputs, () => true), Name: inputs.name, DeliveryType } as Models.CreateServerRequest; // its enums are these texts
}

export function toWireChanges(inputs: Inputs, changed: ReadonlySet<string>): Models.UpdateServerRequest {
  return fieldsOf(inputs, (property) => changed.has(property));
}

function fieldsOf(inputs: Inputs, wanted: (property: string) => boolean): Record<string, unknown> {
  const fields = Object.entries(FIELDS).filter(([property]) => wanted(property));
  const values = fields.map(([property, field]) => {
    const value = inputs[property as keyof Inputs]; // a key of FIELDS
    return [field, value ?? (CLEARABLE.has(property) ? "" : undefined)] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** The server as a program would write it, and its outputs. */
export function liveServer(server: ServerAnswer) {
  const settings = Object.entries(FIELDS).map(([property, field]) => [property, emptyOf(server[field])]);
  const [apiToken = ""] = server.ApiTokens;
  return {
    ...(Object.fromEntries(settings) as Record<string, never>), // values of any of the inputs' types
    deliveryType: server.DeliveryType as "Live" | "Sandbox", // one that we do not know yet must pass
    ...{ serverId: server.ID, apiToken, apiTokens: server.ApiTokens, serverLink: server.ServerLink },
    ...{ inboundAddress: server.InboundAddress, inboundHash: server.InboundHash },
  };
}

/** An empty text means that nothing is set; `false` and 0 are values. */
function emptyOf(value: unknown): unknown {
  return value === "" || value === null ? undefined : value;
}
