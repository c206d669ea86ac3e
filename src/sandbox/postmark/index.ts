import type { Call, Emulator } from "../emulator.ts";
import { domainRoutes } from "./domains.ts";
import { messageStreamRoutes } from "./message-streams.ts";
import { refuse } from "./refusals.ts";
import { senderRoutes } from "./senders.ts";
import { serverRoutes, serversOf } from "./servers.ts";
import { templateToolRoutes } from "./template-tools.ts";
import { templateRoutes } from "./templates.ts";
import { webhookRoutes } from "./webhooks.ts";

const ACCOUNT_TOKEN = "sandbox_postmark";
/** The Account API; everything else belongs to one server and takes its token. */
const ACCOUNT_PATH = /^\/(servers|domains|senders|templates\/push|data-removals)(\/|$)/;

/** Postmark's account and server APIs. An identity is `account`, or the id of the server whose token was sent. */
export const emulator: Emulator = {
  vendor: "postmark",
  routes: [
    ...[...serverRoutes, ...messageStreamRoutes, ...webhookRoutes],
    ...[...domainRoutes, ...senderRoutes, ...templateRoutes, ...templateToolRoutes],
  ],
  authenticate(call) {
    const account = header(call, "x-postmark-account-token");
    const server = header(call, "x-postmark-server-token");
    if (account === undefined && server === undefined)
      throw refuse(
        10,
        "No Account or Server API tokens were supplied in the HTTP headers. Please add a header for either X-Postmark-Server-Token or X-Postmark-Account-Token.",
        401,
      );
    if (ACCOUNT_PATH.test(call.path)) {
      if (account === ACCOUNT_TOKEN) return "account";
      throw refuse(10, "Request does not contain a valid Account token.", 401);
    }
    const owner = serversOf(call)
      .list()
      .find(({ ApiTokens }) => server !== undefined && ApiTokens.includes(server));
    if (!owner) throw refuse(10, "Request does not contain a valid Server token.", 401);
    return String(owner.ID);
  },
  /** Letter case, doubled and trailing slashes make no difference. */
  normalizePath(path) {
    return path
      .toLowerCase()
      .replace(/\/{2,}/g, "/")
      .replace(/(.)\/$/, "$1");
  },
  parseBody(text, contentType) {
    if (!contentType.toLowerCase().includes("application/json"))
      throw refuse(
        409,
        "Your HTTP request does not have the Accept and Content-Type headers set to application/json.",
        415,
      );
    try {
      return JSON.parse(text);
    } catch {
      throw refuse(402, "Received invalid JSON input.");
    }
  },
  unemulated(call) {
    return { ErrorCode: 12, Message: `The sandbox does not emulate ${call.method} ${call.path} of Postmark.` };
  },
  failed() {
    return { ErrorCode: 100, Message: "Something went wrong in the sandbox's Postmark." };
  },
};

function header(call: Call, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === "string" ? value : undefined;
}
