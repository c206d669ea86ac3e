import type { Template } from "../../../src/sandbox/postmark/templates.ts";
import { erase, type Made, type Properties, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

const KIND = "postmark:index/template:Template";
const ownId = ({ id }: Made) => id.slice(id.indexOf("/") + 1);
const on = (fields: Partial<Template>) => (lab: SampleLab, made: Made) =>
  set(stored<Template>(lab, ["postmark", "templates", ownId(made)]), fields);

/** Two layouts on the first server. */
export async function withLayouts(lab: SampleLab, servers: Properties): Promise<Properties> {
  for (const alias of ["plain", "fancy"]) {
    const content = { name: alias, alias, templateType: "Layout", htmlBody: "<main>{{{@content}}}</main>" };
    await lab.make(KIND, alias, { serverToken: servers.token, ...content });
  }
  return servers;
}

/** A mail in a layout. */
export const template: ResourceSample = {
  inputs: ({ token, otherToken, server, otherServer }) => ({
    serverToken: { value: token, to: otherToken, outside: "it is the key to the server, and no part of the template" },
    serverId: {
      ...{ value: server, to: otherServer, replaces: true, refused: /token and id of one server/ },
      outside: "the server is what the template's id begins with",
    },
    name: { value: "Receipt", to: "Invoice", outside: on({ Name: "Theirs" }) },
    alias: { value: "receipt", to: "invoice", outside: [on({ Alias: "theirs" }), on({ Alias: null })] },
    templateType: {
      ...{ value: "Standard", to: "Layout", replaces: true, refused: /subject is not allowed for a Layout/ },
      outside: "Postmark lets nobody change it",
    },
    subject: { value: "Your receipt", to: "Your invoice for {{month}}", outside: on({ Subject: "Theirs" }) },
    htmlBody: {
      ...{ value: "<p>Hello {{name}}</p>", to: "{{#items}}<p>{{name}}</p>{{/items}}" },
      outside: [on({ HtmlBody: "<p>theirs</p>" }), on({ HtmlBody: null })],
    },
    textBody: {
      ...{ value: "Hello {{name}}", to: "Hello" },
      outside: [on({ TextBody: "theirs" }), on({ TextBody: null })],
    },
    layoutTemplate: {
      ...{ value: "plain", to: "fancy" },
      outside: [on({ LayoutTemplate: "fancy" }), on({ LayoutTemplate: null })],
    },
  }),
  secrets: ["serverToken"],
  vanish: (lab, made) => erase(lab, ["postmark", "templates", ownId(made)]),
  officialDiffers: "none",
};
