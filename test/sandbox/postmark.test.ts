import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: a vendor's answer of any shape, judged by the contract
type Answer = { status: number; json: any };

/** Sends with the account's token, or with a server's where one is given. */
function client(sandbox: Sandbox) {
  return async (method: string, path: string, body?: unknown, token?: string): Promise<Answer> => {
    const response = await fetch(`${sandbox.url("postmark")}${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { "x-postmark-server-token": token } : { "x-postmark-account-token": "sandbox_postmark" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  };
}

async function withServer(options?: { contract: "unchecked" }) {
  const sandbox = await startSandbox(["postmark"], options);
  const send = client(sandbox);
  const { json: server } = await send("POST", "/servers", { Name: "mais" });
  const [token = ""] = server.ApiTokens as string[];
  return { sandbox, send, server, token, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

const bulk = { ID: "news", Name: "News", MessageStreamType: "Broadcasts" };

test("account and server tokens open their own APIs only", async () => {
  await using run = await withServer();
  const { send, token, sandbox } = run;
  expect((await send("GET", "/server", undefined, token)).json.Name).toBe("mais");
  expect((await send("GET", "/server")).json).toEqual({
    ErrorCode: 10,
    Message: expect.stringContaining("Server token"),
  });
  const wrongWay = await send("GET", "/servers?count=1&offset=0", undefined, token);
  expect([wrongWay.status, wrongWay.json.ErrorCode]).toEqual([401, 10]);
  const bare = await fetch(`${sandbox.url("postmark")}/server`);
  expect(bare.status).toBe(401);
});

test("paths ignore letter case, doubled and trailing slashes", async () => {
  await using run = await withServer();
  const { json } = await run.send("GET", `//SERVERS//${run.server.ID}/`);
  expect(json).toEqual(run.server);
});

test("a body that is no JSON is refused by its kind", async () => {
  await using run = await withServer({ contract: "unchecked" });
  const post = (body: string, type: string) =>
    fetch(`${run.sandbox.url("postmark")}/servers`, {
      ...{ method: "POST", body },
      headers: { "content-type": type, "x-postmark-account-token": "sandbox_postmark" },
    }).then(async (response) => [response.status, ((await response.json()) as { ErrorCode: number }).ErrorCode]);
  expect(await post("Name=mais", "application/x-www-form-urlencoded")).toEqual([415, 409]);
  expect(await post("{", "application/json")).toEqual([422, 402]);
});

test("servers: names are unique, settings are judged, what is left out stays, lists filter and page", async () => {
  await using run = await withServer({ contract: "unchecked" });
  const { send, server } = run;
  const codes = [];
  for (const body of [
    {},
    { Name: "" },
    { Name: "MAIS" },
    { Name: "x", Color: "Pink" },
    { Name: "x", InboundSpamThreshold: 7 },
    { Name: "x", InboundHookUrl: "mais" },
    { Name: "x", TrackLinks: "All" },
  ])
    codes.push((await send("POST", "/servers", body)).json.ErrorCode);
  expect(codes).toEqual([608, 608, 603, 607, 611, 606, 403]);
  const edited = await send("PUT", `/servers/${server.ID}`, { TrackOpens: true, DeliveryType: "Sandbox" });
  expect(edited.json).toEqual({ ...server, TrackOpens: true });
  expect((await send("PUT", `/servers/${server.ID}`, {})).json.ErrorCode).toBe(609);
  await send("POST", "/servers", { Name: "mais-dev", DeliveryType: "Sandbox" });
  const page = await send("GET", "/servers?count=1&offset=1&name=MAIS");
  expect([page.json.TotalCount, page.json.Servers.map((one: { Name: string }) => one.Name)]).toEqual([2, ["mais-dev"]]);
  expect((await send("GET", "/servers")).json.ErrorCode).toBe(403);
});

test("deleting a server needs a right that support gives, and takes everything on it along", async () => {
  await using run = await withServer();
  const { send, server, token, sandbox } = run;
  const right = sandbox
    .store("postmark")
    .collection<{ allowed: boolean }>("rights")
    .set("serverDeletion", { allowed: false });
  expect((await send("DELETE", `/servers/${server.ID}`)).json.ErrorCode).toBe(604);
  right.allowed = true;
  await send("POST", "/webhooks", { Url: "https://mais.example/mail" }, token);
  expect((await send("DELETE", `/servers/${server.ID}`)).json).toMatchObject({ ErrorCode: 0 });
  expect((await send("GET", "/webhooks", undefined, token)).status).toBe(401);
  const gone = await send("DELETE", `/servers/${server.ID}`);
  expect([gone.status, gone.json.ErrorCode]).toEqual([404, 12]);
  expect((await send("POST", "/servers", { Name: "mais" })).json.ID).toBeGreaterThan(server.ID);
});

test("a server starts with three streams, two of which stay for ever", async () => {
  await using run = await withServer();
  const { send, token } = run;
  const { json } = await send("GET", "/message-streams?MessageStreamType=All", undefined, token);
  expect(json.MessageStreams.map(({ ID }: { ID: string }) => ID)).toEqual(["inbound", "outbound", "broadcast"]);
  expect((await send("POST", "/message-streams/outbound/archive", undefined, token)).json.ErrorCode).toBe(1229);
  expect((await send("POST", "/message-streams/broadcast/archive", undefined, token)).status).toBe(200);
});

test("a stream's faults have codes of their own", async () => {
  await using run = await withServer({ contract: "unchecked" });
  const faults: [Record<string, unknown>, number][] = [
    [{ ...bulk, ID: undefined }, 1222],
    [{ ...bulk, Name: undefined }, 1223],
    [{ ...bulk, Name: "n".repeat(101) }, 1224],
    [{ ...bulk, MessageStreamType: "Letters" }, 1221],
    [{ ...bulk, ID: "News" }, 1227],
    [{ ...bulk, ID: "pm-news" }, 1233],
    [{ ...bulk, ID: "outbound" }, 1230],
    [{ ...bulk, MessageStreamType: "Inbound" }, 1228],
    [{ ...bulk, Description: "d".repeat(1001) }, 1231],
    [{ ...bulk, Description: "<b>News</b>" }, 1234],
    [{ ...bulk, SubscriptionManagementConfiguration: { UnsubscribeHandlingType: "None" } }, 403],
  ];
  for (const [body, code] of faults)
    expect((await run.send("POST", "/message-streams", body, run.token)).json.ErrorCode, JSON.stringify(body)).toBe(
      code,
    );
});

test("the eleventh stream is refused; an archived one holds its id until it is purged after 45 days", async () => {
  await using run = await withServer();
  const { send, token, sandbox } = run;
  for (let index = 4; index <= 10; index++)
    await send("POST", "/message-streams", { ...bulk, ID: `news-${index}` }, token);
  expect((await send("POST", "/message-streams", bulk, token)).json.ErrorCode).toBe(1225);
  const archived = await send("POST", "/message-streams/news-10/archive", undefined, token);
  expect(archived.json.ExpectedPurgeDate).toBe("2026-03-01T09:00:00+00:00");
  expect((await send("GET", "/message-streams", undefined, token)).json.TotalCount).toBe(9);
  expect((await send("GET", "/message-streams?IncludeArchivedStreams=true", undefined, token)).json.TotalCount).toBe(
    10,
  );
  expect((await send("POST", "/message-streams", { ...bulk, ID: "news-10" }, token)).json.ErrorCode).toBe(1230);
  expect((await send("POST", "/message-streams/news-10/unarchive", undefined, token)).json.ArchivedAt).toBeNull();
  await send("POST", "/message-streams/news-10/archive", undefined, token);
  sandbox.clock.advance(46 * 24 * 60 * 60 * 1000);
  expect((await send("GET", "/message-streams/news-10", undefined, token)).json.ErrorCode).toBe(1226);
  expect((await send("POST", "/message-streams", { ...bulk, ID: "news-10" }, token)).status).toBe(200);
});

test("webhooks answer all triggers, keep what an edit leaves out, and are seen by their own server only", async () => {
  await using run = await withServer();
  const { send, token } = run;
  const made = await send(
    "POST",
    "/webhooks",
    { Url: "https://mais.example/mail", Triggers: { Bounce: { Enabled: true } } },
    token,
  );
  expect(made.json).toMatchObject({
    MessageStream: "outbound",
    HttpAuth: null,
    Triggers: { Bounce: { Enabled: true, IncludeContent: false }, Click: { Enabled: false } },
  });
  const edited = await send(
    "PUT",
    `/webhooks/${made.json.ID}`,
    { HttpHeaders: [{ Name: "X-Mais", Value: "1" }] },
    token,
  );
  expect(edited.json).toEqual({ ...made.json, HttpHeaders: [{ Name: "X-Mais", Value: "1" }] });
  const other = await send("POST", "/servers", { Name: "other" });
  const [stranger] = other.json.ApiTokens as string[];
  expect((await send("GET", `/webhooks/${made.json.ID}`, undefined, stranger)).status).toBe(404);
  expect((await send("GET", "/webhooks", undefined, stranger)).json).toEqual({ Webhooks: [] });
  expect(
    (await send("POST", "/webhooks", { Url: "https://mais.example/x", MessageStream: "nowhere" }, token)).json
      .ErrorCode,
  ).toBe(1235);
});

test("a domain's key waits for DNS, then verifies, and can be renewed once at a time", async () => {
  await using run = await withServer();
  const { send } = run;
  const made = await send("POST", "/domains", { Name: "mais.example", ReturnPathDomain: "pm-bounces.mais.example" });
  expect(made.json).toMatchObject({
    DKIMUpdateStatus: "Pending",
    DKIMHost: "",
    DKIMPendingHost: "20260115090000pm._domainkey.mais.example",
  });
  const path = `/domains/${made.json.ID}`;
  expect((await send("POST", `${path}/rotatedkim`)).json.ErrorCode).toBe(505);
  const verified = await send("PUT", `${path}/verifyDkim`);
  expect(verified.json).toMatchObject({ DKIMVerified: true, DKIMHost: made.json.DKIMPendingHost, DKIMPendingHost: "" });
  expect((await send("PUT", `${path}/verifyreturnpath`)).json.ReturnPathDomainVerified).toBe(true);
  expect((await send("POST", "/domains", { Name: "mais.example" })).json.ErrorCode).toBe(512);
  expect((await send("PUT", path, { ReturnPathDomain: "elsewhere.example" })).json.ErrorCode).toBe(511);
  await send("DELETE", path);
  expect((await send("GET", path)).json.ErrorCode).toBe(510);
});

test("odd bodies are refused by every route, never a fault of the sandbox", async () => {
  await using run = await withServer({ contract: "unchecked" });
  const { send, server, token } = run;
  const hook = await send("POST", "/webhooks", { Url: "https://mais.example/mail" }, token);
  const routes: [string, string, string?][] = [
    ...([
      ["POST", "/servers"],
      ["PUT", `/servers/${server.ID}`],
      ["POST", "/domains"],
    ] as [string, string][]),
    ...([
      ["PUT", "/server", token],
      ["POST", "/message-streams", token],
      ["PATCH", "/message-streams/news", token],
    ] as [string, string, string][]),
    ...([
      ["POST", "/webhooks", token],
      ["PUT", `/webhooks/${hook.json.ID}`, token],
    ] as [string, string, string][]),
  ];
  for (const [method, path, as] of routes)
    for (const body of [null, [], "text", 7, { Name: 7, ID: {}, Url: [] }, { Name: null, Triggers: "all" }]) {
      const { status, json } = await send(method, path, body, as);
      expect([status, typeof json.ErrorCode], `${method} ${path} ${JSON.stringify(body)}`).toEqual([422, "number"]);
    }
  expect(run.sandbox.failures()).toEqual([]);
});

test("what is not emulated answers 501 and says so", async () => {
  await using run = await withServer({ contract: "unchecked" });
  const { status, json } = await run.send("POST", "/email", {}, run.token);
  expect([status, json.Message]).toEqual([501, "The sandbox does not emulate POST /email of Postmark."]);
});
