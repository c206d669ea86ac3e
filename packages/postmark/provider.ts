import { ApiError, defineProvider, PLUGIN_VERSION, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { ApiObject } from "./api-object.ts";
import { PostmarkApi } from "./client.ts";
import { Domain, getDomainVerification } from "./domain.ts";
import { MessageStream } from "./message-stream.ts";
import { SenderSignature } from "./sender-signature.ts";
import { Server } from "./server.ts";
import { Template } from "./template.ts";
import { Webhook } from "./webhook.ts";

interface Config {
  accountServerId?: string | undefined;
}

const READ_SERVER = { attempt: "GET /servers/{id}", answer: z.unknown() };

/** Postmark's servers and what lives on them. */
export const provider = defineProvider<PostmarkApi, Config>({
  name: "postmark",
  title: "Postmark",
  version: PLUGIN_VERSION,
  baseUrl: "https://api.postmarkapp.com",
  sandboxPath: "/postmark",
  config: {
    /**
     * The id of any server of the account that this provider does not manage. Postmark's accounts have no name of
     * their own: a token that does not open this server is refused.
     */
    accountServerId: z.string().regex(/^\d+$/, "must be a server's number").optional(),
  },
  credentials: {
    POSTMARK_ACCOUNT_TOKEN: {
      about: "manages servers; not the server token that applications send mail with",
      getIt: "Postmark > Account > API Tokens (account owner or admin)",
      live: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
    },
  },
  connect: ({ baseUrl, credentials }) =>
    new PostmarkApi({ baseUrl, accountToken: credentials.POSTMARK_ACCOUNT_TOKEN ?? "" }),
  async verifyAccount(api, { accountServerId: id }, signal) {
    if (id === undefined) return;
    try {
      await api.account(READ_SERVER, signal, (client) => client.getServer(Number(id)));
    } catch (error) {
      if (!(error instanceof ApiError) || !error.gone) throw error;
      throw new Refused(
        `POSTMARK_ACCOUNT_TOKEN belongs to an account without the server ${id}, so it is another account's. Nothing was changed`,
        { cause: error },
      );
    }
  },
  resources: [Server, MessageStream, Webhook, Domain, SenderSignature, Template, ApiObject],
  invokes: [getDomainVerification],
});
