import { AccountClient, ServerClient } from "postmark";
import { PostmarkApi } from "../../packages/postmark/client.ts";
import { provider } from "../../packages/postmark/provider.ts";
import { type Managed, type ProviderRun, runProvider } from "../helpers/provider-run.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

export const urn = (type: string, name: string) => `urn:pulumi:prod::shop::postmark:index/${type}::${name}`;
export const SERVER = urn("server:Server", "mail");
export const STREAM = urn("messageStream:MessageStream", "news");
export const WEBHOOK = urn("webhook:Webhook", "bounces");

export function apiOf(sandbox: Sandbox, accountToken = "sandbox_postmark") {
  return new PostmarkApi({ baseUrl: sandbox.url("postmark"), accountToken, pause: async () => {} });
}

/** The Postmark provider over a sandbox in this process. */
export async function start() {
  const sandbox = await startSandbox(["postmark"]);
  const folder = temporaryFolder();
  const postmark = runProvider(provider, apiOf(sandbox), folder.path);
  const { host, pathname } = new URL(sandbox.url("postmark"));
  const options = {
    ...{ requestHost: host, useHttps: false },
    fetch: (url: unknown, init?: RequestInit) => fetch(String(url).replace(host, host + pathname), init),
  };
  return {
    ...{ sandbox, folder, postmark },
    /** What a person does beside the program. */
    account: new AccountClient("sandbox_postmark", options),
    server: (token: unknown) => new ServerClient(String(token), options),
    /** `POST /servers` and the like, without reads. */
    writes: () =>
      sandbox
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ method, path }) => `${method} ${path}`),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

export function makeServer(postmark: ProviderRun, inputs: Record<string, unknown> = {}): Promise<Managed> {
  return postmark.create(SERVER, { name: "mais", ...inputs });
}

export function streamOn(server: Managed) {
  const { apiToken: serverToken, serverId } = server.outputs;
  return { serverToken, serverId, streamId: "news", name: "News", messageStreamType: "Broadcasts" };
}

export function webhookOn(server: Managed) {
  const { apiToken: serverToken, serverId } = server.outputs;
  const httpAuth = { username: "mais", password: "canary-password" };
  return { serverToken, serverId, url: "https://api.mais.example/mail", httpAuth, bounceTrigger: { enabled: true } };
}
