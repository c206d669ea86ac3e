import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { defined, nextNumber, readFields, readPage, text } from "./fields.ts";
import { addDefaultStreams, removeStreams } from "./message-streams.ts";
import { done, notFound, refuse } from "./refusals.ts";
import { removeTemplates } from "./templates.ts";
import { removeWebhooks } from "./webhooks.ts";

const PAGE = "https://postmarkapp.com/developer/api/servers-api";
const FIRST_ID = 11_000_000;
const COLORS = ["Purple", "Blue", "Turquoise", "Turqoise", "Green", "Red", "Orange", "Yellow", "Grey"];

export interface Server {
  ID: number;
  Name: string;
  ApiTokens: string[];
  DeliveryType: "Live" | "Sandbox";
  [field: string]: unknown;
}

const hookUrl = text(606, "The hook URL is not valid.", (url) => url === "" || /^https?:\/\//.test(url));

const settings = {
  Color: text(607, `Invalid server color. Use one of: ${COLORS.join(", ")}.`, (color) =>
    COLORS.includes(color),
  ).optional(),
  SmtpApiActivated: z.boolean().optional(),
  RawEmailEnabled: z.boolean().optional(),
  TrackOpens: z.boolean().optional(),
  TrackLinks: z.enum(["None", "HtmlAndText", "HtmlOnly", "TextOnly"]).optional(),
  PostFirstOpenOnly: z.boolean().optional(),
  IncludeBounceContentInHook: z.boolean().optional(),
  EnableSmtpApiErrorHooks: z.boolean().optional(),
  InboundDomain: z.string().optional(),
  InboundSpamThreshold: z
    .number()
    .superRefine((value, context) => {
      const fits = value >= 0 && value <= 30 && value % 5 === 0;
      const message = "InboundSpamThreshold must be between 0 and 30, in steps of 5.";
      if (!fits) context.addIssue({ code: "custom", message, params: { code: 611 } });
    })
    .optional(),
  ...{ InboundHookUrl: hookUrl.optional(), BounceHookUrl: hookUrl.optional(), OpenHookUrl: hookUrl.optional() },
  ...{ DeliveryHookUrl: hookUrl.optional(), ClickHookUrl: hookUrl.optional() },
};

const name = text(608, "The server name is missing or invalid.", (value) => value.trim() !== "");

const createServer = defineRoute("POST /servers", {
  evidence: "documented",
  source: `${PAGE}#create-server`,
  handle(call) {
    if ((call.body as { Name?: unknown } | undefined)?.Name === undefined)
      throw refuse(608, "The server name is missing or invalid.");
    const given = readFields(call, { ...settings, Name: name, DeliveryType: z.enum(["Live", "Sandbox"]).optional() });
    checkNameIsFree(call, given.Name);
    const id = nextNumber(call, "servers", FIRST_ID);
    const hash = call.world.ids.text(32, "0123456789abcdef");
    const server: Server = {
      ...{ ID: id, Name: given.Name, ApiTokens: [call.world.ids.uuid()], DeliveryType: given.DeliveryType ?? "Live" },
      ...{ ServerLink: `https://account.postmarkapp.com/servers/${id}/streams`, Color: "Blue", SmtpApiActivated: true },
      ...{
        RawEmailEnabled: false,
        InboundAddress: `${hash}@inbound.postmarkapp.com`,
        InboundHash: hash,
        InboundDomain: "",
      },
      ...{ InboundHookUrl: "", BounceHookUrl: "", OpenHookUrl: "", DeliveryHookUrl: "", ClickHookUrl: "" },
      ...{ PostFirstOpenOnly: false, InboundSpamThreshold: 0, TrackOpens: false, TrackLinks: "None" },
      ...{ IncludeBounceContentInHook: false, EnableSmtpApiErrorHooks: false },
      ...defined(given),
    };
    addDefaultStreams(call, id);
    return { status: 200, json: serversOf(call).set(String(id), server) };
  },
});

const listServers = defineRoute("GET /servers", {
  evidence: "documented",
  source: `${PAGE}#list-servers`,
  handle(call) {
    const { count, offset } = readPage(call);
    const part = (call.query.get("name") ?? "").toLowerCase();
    const matching = serversOf(call)
      .list()
      .filter((server) => server.Name.toLowerCase().includes(part));
    return { status: 200, json: { TotalCount: matching.length, Servers: matching.slice(offset, offset + count) } };
  },
});

const readServer = defineRoute("GET /servers/{id}", {
  evidence: "documented",
  source: `${PAGE}#get-server`,
  handle: (call) => ({ status: 200, json: serverOf(call, call.params.id) }),
});

const editServer = defineRoute("PUT /servers/{id}", {
  evidence: "documented",
  source: `${PAGE}#edit-server`,
  handle: (call) => ({ status: 200, json: edit(call, serverOf(call, call.params.id)) }),
});

const deleteServer = defineRoute("DELETE /servers/{id}", {
  evidence: "documented",
  source: `${PAGE}#delete-server`,
  handle(call) {
    const server = serverOf(call, call.params.id);
    if (!deletionOf(call).allowed)
      throw refuse(
        604,
        "You don't have permission to delete servers. Contact support to have it enabled for your account.",
      );
    removeWebhooks(call, server.ID);
    removeStreams(call, server.ID);
    removeTemplates(call, server.ID);
    serversOf(call).delete(String(server.ID));
    return done(`Server ${server.Name} removed.`);
  },
});

const readOwnServer = defineRoute("GET /server", {
  evidence: "documented",
  source: "https://postmarkapp.com/developer/api/server-api",
  handle: (call) => ({ status: 200, json: serverOf(call, call.identity) }),
});

const editOwnServer = defineRoute("PUT /server", {
  evidence: "documented",
  source: "https://postmarkapp.com/developer/api/server-api",
  handle: (call) => ({ status: 200, json: edit(call, serverOf(call, call.identity)) }),
});

/** A field that is left out keeps its value (inferred: SDK and providers rely on it); the delivery type never changes. */
function edit(call: Call, server: Server): Server {
  const given = readFields(call, { ...settings, Name: name.optional() });
  const changes = defined(given);
  if (Object.keys(changes).length === 0) throw refuse(609, "Nothing to update.");
  if (given.Name !== undefined) checkNameIsFree(call, given.Name, server.ID);
  return Object.assign(server, changes);
}

/** Letter case does not tell two names apart (inferred). */
function checkNameIsFree(call: Call, wanted: string, self?: number): void {
  const taken = serversOf(call)
    .list()
    .some((server) => server.ID !== self && server.Name.toLowerCase() === wanted.toLowerCase());
  if (taken) throw refuse(603, "This server name already exists.");
}

export function serversOf(call: Call) {
  return call.store.collection<Server>("servers");
}

function serverOf(call: Call, id: string | undefined): Server {
  const server = serversOf(call).get(id ?? "");
  if (!server) throw notFound();
  return server;
}

/** Whether Postmark's support has switched deletion on for the account. Off at Postmark by default, on in the sandbox. */
export function deletionOf(call: Pick<Call, "store">): { allowed: boolean } {
  const rights = call.store.collection<{ allowed: boolean }>("rights");
  return rights.get("serverDeletion") ?? rights.set("serverDeletion", { allowed: true });
}

export const serverRoutes = [
  createServer,
  listServers,
  readServer,
  editServer,
  deleteServer,
  readOwnServer,
  editOwnServer,
];
