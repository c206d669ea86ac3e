import { readdirSync } from "node:fs";
import { AccountClient, ServerClient } from "postmark";
import { expect, test } from "vitest";
import { PostmarkApi } from "../../packages/postmark/client.ts";
import { provider } from "../../packages/postmark/provider.ts";
import { type Managed, type ProviderRun, runProvider } from "../helpers/provider-run.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::shop::postmark:index/${type}::${name}`;
const SERVER = urn("server:Server", "mail");
const STREAM = urn("messageStream:MessageStream", "news");
const WEBHOOK = urn("webhook:Webhook", "bounces");

function apiOf(sandbox: Sandbox, accountToken = "sandbox_postmark") {
  return new PostmarkApi({ baseUrl: sandbox.url("postmark"), accountToken, pause: async () => {} });
}

async function start() {
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

function makeServer(postmark: ProviderRun, inputs: Record<string, unknown> = {}): Promise<Managed> {
  return postmark.create(SERVER, { name: "mais", ...inputs });
}

function streamOn(server: Managed) {
  const { apiToken: serverToken, serverId } = server.outputs;
  return { serverToken, serverId, streamId: "news", name: "News", messageStreamType: "Broadcasts" };
}

function webhookOn(server: Managed) {
  const { apiToken: serverToken, serverId } = server.outputs;
  const httpAuth = { username: "mais", password: "canary-password" };
  return { serverToken, serverId, url: "https://api.mais.example/mail", httpAuth, bounceTrigger: { enabled: true } };
}

test("a server is made, gives its token, reads back unchanged, is renamed in place, and goes", async () => {
  await using run = await start();
  const made = await makeServer(run.postmark, {
    color: "Red",
    deliveryType: "Sandbox",
    trackOpens: true,
    inboundHookUrl: "https://mais.example/in",
  });
  expect(made.outputs).toMatchObject({ apiToken: expect.stringMatching(/^[0-9a-f-]{36}$/), serverId: Number(made.id) });
  expect(await run.postmark.refresh(made)).toEqual(made);
  const { inputs, ...rest } = await run.postmark.update(made, {
    name: "mais-mail",
    deliveryType: "Sandbox",
    trackOpens: false,
  });
  expect(rest.outputs.apiToken).toBe(made.outputs.apiToken);
  expect(await run.postmark.refresh({ inputs, ...rest })).toEqual({ inputs, ...rest });
  expect(await run.account.getServer(Number(made.id))).toMatchObject({
    Name: "mais-mail",
    TrackOpens: false,
    InboundHookUrl: "",
    Color: "Red",
  });
  await run.postmark.delete(made);
  await run.postmark.delete(made);
  expect(await run.postmark.refresh(made)).toBeUndefined();
});

test("a server is never replaced unless that is spelt out: its tokens and streams would go with it", async () => {
  await using run = await start();
  const made = await makeServer(run.postmark);
  expect(() => run.postmark.diff(made, { name: "mais", deliveryType: "Sandbox" })).toThrow(/replaceData/);
  const allowed = run.postmark.diff(made, { name: "mais", deliveryType: "Sandbox", replaceData: "mail" });
  expect(allowed).toMatchObject({ changed: ["deliveryType"], replaces: true });
});

test("a server of the same name is refused, whatever its letters' case; its namesakes in part are not", async () => {
  await using run = await start();
  await run.account.createServer({ Name: "Mais" } as never);
  await run.account.createServer({ Name: "mais-old" } as never);
  await expect(makeServer(run.postmark)).rejects.toThrow(/"Mais" \(\d+\) already exists/);
  expect(run.writes()).toHaveLength(2);
});

test("a server whose create was cut off is adopted by the next run, with its token", async () => {
  await using run = await start();
  const cut = apiOf(run.sandbox);
  const account = cut.account.bind(cut);
  cut.account = async (operation, ...rest) => {
    const answer = await account(operation, ...rest);
    if (operation.attempt === "POST /servers") throw new Error("connection cut");
    return answer;
  };
  await expect(makeServer(runProvider(provider, cut, run.folder.path))).rejects.toThrow("connection cut");
  expect(readdirSync(run.folder.path)).toHaveLength(1);
  const made = await makeServer(run.postmark);
  expect(made.outputs.apiToken).toMatch(/^[0-9a-f-]{36}$/);
  expect(run.writes()).toEqual(["POST /servers"]);
});

test("where the account may not delete servers, the server is renamed out of the way, silent, and a warning says so", async () => {
  await using run = await start();
  run.sandbox.store("postmark").collection("rights").set("serverDeletion", { allowed: false });
  const made = await makeServer(run.postmark, { inboundHookUrl: "https://mais.example/in" });
  await run.postmark.delete(made);
  await run.postmark.delete(made);
  const archived = await run.account.getServer(Number(made.id));
  expect(archived).toMatchObject({ Name: `archived-mais-${made.id}`, InboundHookUrl: "" });
  expect(run.postmark.warnings).toEqual([expect.stringContaining("ask Postmark's support")]);
  expect(await run.postmark.refresh(made)).toBeUndefined();
  expect((await makeServer(run.postmark)).id).not.toBe(made.id);
});

test("a stream is made, reads back unchanged, changes in place, is archived, and comes back as it is wanted then", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const stream = streamOn(server);
  const made = await run.postmark.create(STREAM, { ...stream, description: "Monthly" });
  expect(made.id).toBe(`${server.id}/news`);
  expect(await run.postmark.refresh(made)).toEqual(made);
  const updated = await run.postmark.update(made, { ...stream, name: "Letters", unsubscribeHandlingType: "Custom" });
  expect(await run.postmark.refresh(updated)).toEqual(updated);
  await run.postmark.delete(updated);
  expect(await run.postmark.refresh(updated)).toBeUndefined();
  const back = await run.postmark.create(STREAM, stream);
  expect(back.id).toBe(made.id);
  expect(await run.server(server.outputs.apiToken).getMessageStream("news")).toMatchObject({
    Name: "News",
    Description: "",
  });
  await run.postmark.delete(back);
  await expect(run.postmark.create(STREAM, { ...stream, messageStreamType: "Transactional" })).rejects.toThrow(
    /An archived stream of type Broadcasts holds the id news until 20/,
  );
});

test("a default stream is imported rather than made, and stays when it is no longer managed", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const outbound = {
    ...streamOn(server),
    streamId: "outbound",
    name: "Default Transactional Stream",
    messageStreamType: "Transactional",
  };
  await expect(run.postmark.create(STREAM, outbound)).rejects.toThrow(/already exists/);
  const imported = await run.postmark.import(STREAM, `${server.id}/outbound`);
  if (!imported) throw new Error("not found");
  expect(run.postmark.diff(imported, { ...outbound, unsubscribeHandlingType: "None" }).changed).toEqual([]);
  await run.postmark.delete(imported);
  expect(run.postmark.warnings).toEqual([expect.stringContaining("outbound")]);
  expect(await run.postmark.refresh(imported)).toBeDefined();
});

test("a webhook is made, reads back unchanged, and what is left out is switched off", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const webhook = webhookOn(server);
  const made = await run.postmark.create(WEBHOOK, {
    ...webhook,
    httpHeaders: [{ name: "X-Mais", value: "1" }],
    openTrigger: { enabled: true },
  });
  expect(await run.postmark.refresh(made)).toEqual(made);
  const { httpAuth: _auth, ...open } = webhook;
  const updated = await run.postmark.update(made, {
    ...open,
    spamComplaintTrigger: { enabled: true, includeContent: true },
  });
  expect(await run.postmark.refresh(updated)).toEqual(updated);
  const raw = await run.server(server.outputs.apiToken).getWebhook(Number(made.outputs.webhookId));
  expect(raw).toMatchObject({
    HttpAuth: null,
    HttpHeaders: [],
    Triggers: {
      Open: { Enabled: false },
      Bounce: { Enabled: true },
      SpamComplaint: { Enabled: true, IncludeContent: true },
    },
  });
  expect(run.postmark.diff(updated, { ...open, messageStream: "broadcast" })).toMatchObject({ replaces: true });
  await run.postmark.delete(updated);
  await run.postmark.delete(updated);
  expect(await run.postmark.refresh(updated)).toBeUndefined();
});

test("a webhook is imported with the account's token alone, and needs no change for its program", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const made = await run.postmark.create(WEBHOOK, webhookOn(server));
  const imported = await run.postmark.import(WEBHOOK, made.id);
  if (!imported) throw new Error("not found");
  expect(run.postmark.diff(imported, webhookOn(server)).changed).toEqual([]);
  await expect(run.postmark.import(WEBHOOK, "17")).rejects.toThrow("has the form <server id>/<id>");
});

test("what lived on a server that is gone is gone too", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const stream = await run.postmark.create(STREAM, streamOn(server));
  const webhook = await run.postmark.create(WEBHOOK, webhookOn(server));
  await run.account.deleteServer(Number(server.id));
  expect(await run.postmark.refresh(stream)).toBeUndefined();
  expect(await run.postmark.refresh(webhook)).toBeUndefined();
  await run.postmark.delete(stream);
  await run.postmark.delete(webhook);
});

test("a token that was replaced since is looked up; one of another server is refused", async () => {
  await using run = await start();
  const server = await makeServer(run.postmark);
  const stream = await run.postmark.create(STREAM, streamOn(server));
  const stale = { ...stream, inputs: { ...stream.inputs, serverToken: "00000000-0000-4000-a000-000000000000" } };
  expect((await run.postmark.refresh(stale))?.id).toBe(stream.id);
  const other = await run.postmark.create(urn("server:Server", "other"), { name: "other" });
  const { serverId: _id, ...moved } = { ...streamOn(server), serverToken: other.outputs.apiToken };
  await expect(run.postmark.update(stream, moved)).rejects.toThrow(
    `belongs to server ${other.id}, and this object lives on server ${server.id}`,
  );
});

test("secrets are marked: tokens, the inbound address, the webhook's authentication", () => {
  const secrets = Object.fromEntries(
    (provider.resources as readonly { definition: { token: string; secrets?: readonly string[] } }[]).map(
      ({ definition }) => [definition.token, definition.secrets],
    ),
  );
  expect(secrets).toEqual({
    "postmark:index/server:Server": ["apiToken", "apiTokens", "inboundAddress", "inboundHash"],
    "postmark:index/messageStream:MessageStream": ["serverToken"],
    "postmark:index/webhook:Webhook": ["serverToken", "httpAuth", "httpHeaders"],
  });
});

test("Postmark's refusal comes with its code and what to do, and never with a token", async () => {
  await using run = await start();
  const wrong = runProvider(provider, apiOf(run.sandbox, "wrong-account-token"), run.folder.path);
  const failure = await makeServer(wrong).catch(String);
  expect(failure).toMatch(/Postmark answered 401 to GET \/servers: .* \(10\)\. Set POSTMARK_ACCOUNT_TOKEN/);
  expect(failure).not.toContain("wrong-account-token");
});

test("a rate limit is waited out; after a server error only what may be repeated is", async () => {
  await using run = await start();
  const answers: number[] = [];
  const shaky = new PostmarkApi({
    ...{ baseUrl: run.sandbox.url("postmark"), accountToken: "sandbox_postmark", pause: async () => {} },
    fetch: async (url, init) => {
      const status = answers.shift();
      return status ? new Response(`{"ErrorCode":0,"Message":"shaky"}`, { status }) : fetch(url, init);
    },
  });
  const postmark = runProvider(provider, shaky, run.folder.path);
  answers.push(429, 503, 0, 429, 0);
  const made = await makeServer(postmark);
  expect(run.writes()).toEqual(["POST /servers"]);
  answers.push(0, 503, 0);
  await expect(postmark.create(urn("server:Server", "other"), { name: "other" })).rejects.toThrow(
    "Postmark answered 503 to POST /servers",
  );
  answers.splice(0);
  answers.push(500);
  await postmark.delete(made);
  expect(run.writes()).toEqual(["POST /servers", `DELETE /servers/${made.id}`]);
});

test("a token of another account is refused, where the configuration names a server of ours", async () => {
  await using run = await start();
  const { ID } = await run.account.createServer({ Name: "pin" } as never);
  const signal = AbortSignal.timeout(20_000);
  await provider.verifyAccount?.(apiOf(run.sandbox), { accountServerId: String(ID) }, signal);
  await expect(provider.verifyAccount?.(apiOf(run.sandbox), { accountServerId: "1" }, signal)).rejects.toThrow(
    "another account's",
  );
});
