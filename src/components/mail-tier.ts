import { Domain, MessageStream, Server, Template, Webhook } from "@pulumi/postmark";
import * as pulumi from "@pulumi/pulumi";
import type { MailTemplate } from "../config/mail-templates.ts";
import { kept } from "./kept.ts";

export interface MailTierArgs {
  /** Unique in the account. */
  serverName: string;
  /** `Sandbox` accepts mail and delivers none. */
  deliveryType: "Live" | "Sandbox";
  /** Id of the stream that the application sends on. */
  stream: string;
  /** Where bounces and spam complaints are reported. */
  webhook?: { url: string; username: string; password: pulumi.Input<string> } | undefined;
  /** A domain to make at Postmark; left out, mail is sent from one that is there already. */
  domain?: string | undefined;
  /** Layouts before the templates in them. Each server has aliases of its own, so stacks do not meet. */
  templates?: readonly MailTemplate[] | undefined;
  keep: boolean;
}

/** Mail on Postmark: a server, a stream, and the report of bounces and complaints. */
export class MailTier extends pulumi.ComponentResource {
  readonly serverToken: pulumi.Output<string>;
  /** What the DNS of the tier's own domain must hold before mail is sent from it. */
  readonly dnsRecords: Domain["dnsRecords"] | undefined;

  constructor(name: string, args: MailTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:MailTier", name, {}, opts);
    const { serverName, deliveryType, stream, webhook, domain, keep } = args;
    const server = new Server(name, { name: serverName, deliveryType }, { parent: this, ...kept(keep) });
    const { apiToken: serverToken, serverId } = server;
    const sending = new MessageStream(
      `${name}-stream`,
      { serverToken, serverId, streamId: stream, name: stream, messageStreamType: "Transactional" },
      { parent: this },
    );
    if (webhook) {
      const { url, username, password } = webhook;
      const place = { serverToken, serverId, messageStream: sending.streamId };
      const triggers = { bounceTrigger: { enabled: true }, spamComplaintTrigger: { enabled: true } };
      new Webhook(
        `${name}-webhook`,
        { ...place, url, httpAuth: { username, password }, ...triggers },
        { parent: this },
      );
    }
    this.#templates(name, args.templates ?? [], { serverToken, serverId });
    this.serverToken = serverToken;
    this.dnsRecords = domain
      ? new Domain(
          `${name}-domain`,
          { name: domain, returnPathDomain: `pm-bounces.${domain}` },
          { parent: this, ...kept(keep) },
        ).dnsRecords
      : undefined;
    this.registerOutputs({});
  }

  /** A layout goes after the templates in it, and comes before them. */
  #templates(name: string, templates: readonly MailTemplate[], server: TemplateServer): void {
    const layouts = new Map<string, Template>();
    for (const template of templates) {
      const layout = layouts.get(template.layoutTemplate ?? "");
      const options = { parent: this, dependsOn: layout ? [layout] : [] };
      const made = new Template(`${name}-template-${template.alias}`, { ...server, ...template }, options);
      if (template.templateType === "Layout") layouts.set(template.alias, made);
    }
  }
}

interface TemplateServer {
  serverToken: pulumi.Output<string>;
  serverId: pulumi.Output<number>;
}
