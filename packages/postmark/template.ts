import { defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import {
  type Access,
  checkServer,
  ownedId,
  parseOwnedId,
  readOwned,
  requireServer,
  withToken,
} from "./server-token.ts";
import {
  type TemplateAnswer,
  TemplateContent,
  TemplateRecord,
  templateProblems,
  toWireChanges,
  toWireTemplate,
  validateContent,
} from "./template-wire.ts";

const CREATE = { attempt: "POST /templates", answer: TemplateRecord };
const READ = { attempt: "GET /templates/{id}", answer: TemplateContent };
const UPDATE = { attempt: "PUT /templates/{id}", answer: TemplateRecord };
const DELETE = { attempt: "DELETE /templates/{id}", answer: z.unknown() };

/** A mail's text with places for values, or the layout around such texts. Postmark judges it before it is written. */
export const Template = defineResource("postmark:index/template:Template", {
  inputs: {
    /** A token of the server that the template belongs to. */
    serverToken: z.string().min(1),
    /** The server's id. Give it along, so that the template moves when the server is replaced. */
    serverId: z.number().optional(),
    name: z.string().min(1),
    /** The name by which mail chooses the template, and by which it is found again. */
    alias: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9._-]*$/, "must start with a letter, and hold only letters, digits, . - and _")
      .optional(),
    /** `Layout` holds `{{{@content}}}` where a template's text goes. Postmark cannot change it later. */
    templateType: z.enum(["Standard", "Layout"]).default("Standard"),
    /** Of a `Standard` template. */
    subject: z.string().optional(),
    htmlBody: z.string().optional(),
    textBody: z.string().optional(),
    /** The alias of the layout around a `Standard` template. */
    layoutTemplate: z.string().optional(),
  },
  outputs: {
    templateId: z.number(),
    active: z.boolean(),
  },
  secrets: ["serverToken"],
  replaceOn: ["serverId", "templateType"],
  check: templateProblems,

  async find(api: PostmarkApi, { serverToken, alias }, { signal }) {
    if (alias === undefined) return [];
    const found = await orAbsent(retrieve(api, { token: serverToken, signal }, alias));
    if (!found) return [];
    const { AssociatedServerId, TemplateId } = found;
    return [{ id: ownedId(AssociatedServerId, TemplateId), label: `template ${alias}` }];
  },

  async create(api, inputs, { signal }) {
    const access = { token: inputs.serverToken, signal };
    await requireServer(api, access, inputs.serverId);
    await validateContent(api, access, inputs);
    const { TemplateId } = await api.server(CREATE, access, (client) => client.createTemplate(toWireTemplate(inputs)));
    const made = await retrieve(api, access, TemplateId);
    return { id: ownedId(made.AssociatedServerId, TemplateId), ...liveTemplate(made) };
  },

  read: (api, id, { inputs, signal }) =>
    readOwned(api, { id, inputs, signal }, async (access, { serverId, own }) => {
      const found = await retrieve(api, access, own);
      return { id: ownedId(serverId, found.TemplateId), ...liveTemplate(found) };
    }),

  async update(api, id, inputs, { changed, signal }) {
    const { serverId, own } = parseOwnedId(id);
    const access = { token: inputs.serverToken, signal };
    if (changed.has("serverToken")) await checkServer(api, access, serverId);
    const changes = toWireChanges(inputs, changed);
    if (Object.keys(changes).length > 0) {
      await validateContent(api, access, inputs);
      await api.server(UPDATE, access, (client) => client.editTemplate(Number(own), changes));
    }
    return liveTemplate(await retrieve(api, access, own));
  },

  async delete(api, id, { inputs, signal }) {
    const { serverId, own } = parseOwnedId(id);
    await withToken(api, { serverId, token: inputs.serverToken, signal }, (token) =>
      api.server(DELETE, { token, signal }, (client) => client.deleteTemplate(Number(own))),
    );
  },
});
export type Template = InstanceType<typeof Template>;

/** By id or alias. */
function retrieve(api: PostmarkApi, access: Access, which: string | number): Promise<TemplateAnswer> {
  return api.server(READ, access, (client) => client.getTemplate(which));
}

function liveTemplate(template: TemplateAnswer) {
  const { TemplateId, AssociatedServerId, Name, Alias, TemplateType, Subject, HtmlBody, TextBody, LayoutTemplate } =
    template;
  return {
    ...{ templateId: TemplateId, serverId: AssociatedServerId, name: Name, active: template.Active },
    ...{ alias: Alias ?? undefined, subject: Subject || undefined, layoutTemplate: LayoutTemplate || undefined },
    ...{ htmlBody: HtmlBody || undefined, textBody: TextBody || undefined },
    // Values that we do not know yet must pass.
    templateType: TemplateType as "Standard" | "Layout",
  };
}
