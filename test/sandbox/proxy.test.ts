import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { RememberedServices } from "../helpers/sandbox.ts";
import { type ProxyRig, startProxyRig } from "./proxy-caller.ts";

const RENDER = { authorization: "Bearer sandbox_render" };

test("a request to a vendor's host reaches its emulator, under the vendor's own path", async () => {
  await using rig = await startProxyRig(["render", "postmark"]);
  const { status, headers, text } = await rig.ask("api.render.com", { path: "/v1/owners?limit=5", headers: RENDER });
  expect([status, headers["ratelimit-limit"], JSON.parse(text)[0].owner.name]).toEqual([200, "400", "Sandbox"]);
  const body = JSON.stringify({ Name: "kept" });
  const account = { "x-postmark-account-token": "sandbox_postmark", "content-type": "application/json" };
  const made = await rig.ask("api.postmarkapp.com", { method: "POST", path: "/servers", headers: account, body });
  expect([made.status, JSON.parse(made.text).Name]).toEqual([200, "kept"]);
  expect(rig.sandbox.requests().map(({ vendor, method, path }) => `${vendor} ${method} ${path}`)).toEqual([
    "render GET /v1/owners",
    "postmark POST /servers",
  ]);
  expect(rig.refusals).toEqual([]);
});

test("every other host is refused by its name, and so is another port of a vendor's host", async () => {
  await using rig = await startProxyRig([]);
  const others = ["example.com:443", "api.render.com:80", "api.render.com:8443", "127.0.0.1:443", "[::1]:443"];
  const alike = ["api.render.com.example.com:443", "xapi.render.com:443", "supabase.co:443", "-a.supabase.co:443"];
  for (const target of [...others, ...alike, "a.b.c.onrender.com:443", "nonsense"]) {
    const { status, text, socket } = await rig.tunnel(target);
    expect([status, text]).toEqual([403, expect.stringContaining(`The sandbox proxy does not serve ${target}`)]);
    socket.destroy();
    expect(rig.refusals.at(-1)).toEqual({ method: "CONNECT", target, status: 403 });
  }
});

test("a refusal names no more of a target than a host name can have", async () => {
  await using rig = await startProxyRig([]);
  const { text } = await rig.plain(`http://a$(b)${"x".repeat(400)}/`);
  expect(text).toMatch(/does not serve http:\/\/a\?\?b\?x+\./);
  expect(rig.refusals[0]?.target.length).toBeLessThan(270);
});

test("a tunnel is for its own host: another name in the greeting or in a request is turned away", async () => {
  await using rig = await startProxyRig(["render"]);
  const careless = { servername: "api.stripe.com", rejectUnauthorized: false };
  await expect(rig.secure("api.render.com", careless)).rejects.toThrow(/ECONNRESET|disconnected|alert/);
  const other = await rig.ask("api.render.com", { headers: { ...RENDER, host: "api.stripe.com" } });
  expect([other.status, other.text]).toEqual([
    421,
    expect.stringContaining("for api.render.com and for no other host"),
  ]);
  const withPort = await rig.ask("api.render.com", {
    path: "/v1/owners",
    headers: { ...RENDER, host: "API.render.com:443" },
  });
  expect(withPort.status).toBe(200);
});

test("a tunnel speaks HTTP/1.1 and serves one request after the other", async () => {
  await using rig = await startProxyRig(["render"]);
  const socket = await rig.secure("api.render.com");
  expect(socket.alpnProtocol).toBe("http/1.1");
  const line = "GET /v1/owners HTTP/1.1\r\nhost: api.render.com\r\nauthorization: Bearer sandbox_render\r\n\r\n";
  socket.write(line + line);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk;
    if (text.split("HTTP/1.1 200 OK").length === 3 && text.endsWith("]")) break;
  }
  expect(text).not.toContain("connection: close");
});

test("a large body passes whole, whether its length is told, it comes in pieces, or waits to be asked for", async () => {
  await using rig = await startProxyRig(["postmark"]);
  const headers = { "x-postmark-account-token": "sandbox_postmark", "content-type": "application/json" };
  const body = JSON.stringify({ Name: "large", Note: "x".repeat(3_000_000) });
  const extras: Record<string, string>[] = [
    { "content-length": String(body.length) },
    { "transfer-encoding": "chunked" },
    { "content-length": String(body.length), expect: "100-continue" },
  ];
  for (const extra of extras) {
    const post = { method: "POST", path: "/servers", headers: { ...headers, ...extra }, body };
    await rig.ask("api.postmarkapp.com", post);
    expect(rig.sandbox.requests().at(-1)?.requestText.length).toBe(body.length);
  }
});

test("a real credential is refused before the emulator hears of it, wherever it stands", async () => {
  await using rig = await startProxyRig(["stripe", "render", "supabase", "vercel", "postmark", "upstash"]);
  const uuid = "0b0e6a52-9c3e-4f4b-8d3c-2f1d5e6a7b8c";
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const attempts: [string, Record<string, string>, string?][] = [
    ["api.stripe.com", bearer(`sk_${"live"}_51Habcdefgh`)],
    ["api.stripe.com", { authorization: basic(`rk_${"live"}_51Habcdefgh`, "") }],
    ["api.stripe.com", {}, `/v1/prices?key=sk%5F${"live"}_51Habcdefgh`],
    ["api.render.com", bearer(`rnd_${"a1B2".repeat(7)}`)],
    ["api.supabase.com", bearer(`sbp_${"0a1b".repeat(10)}`)],
    ["abcdefghijklmnopqrst.supabase.co", bearer(`sbp_${"0a1b".repeat(10)}`)],
    ["api.vercel.com", bearer("Ab3".repeat(8))],
    ["api.vercel.com", bearer(`vcp_${"Ab3".repeat(8)}`)],
    ["api.postmarkapp.com", { "x-postmark-account-token": uuid }],
    ["api.upstash.com", { authorization: basic("me@example.com", uuid) }],
  ];
  for (const [host, headers, path = "/v1/anything"] of attempts) {
    const { status, text } = await rig.ask(host, { headers, path });
    expect([host, status, text]).toEqual([host, 401, expect.stringContaining("looks like a real credential of")]);
    expect(rig.refusals.at(-1)).toEqual({ method: "GET", target: host, status: 401 });
  }
  expect(rig.sandbox.requests()).toEqual([]);
});

test("a refusal has the form in which each vendor's tools look for its text", async () => {
  await using rig = await startProxyRig([]);
  const headers = { authorization: `Bearer rnd_${"a1B2".repeat(7)}` };
  const said = async (host: string) => JSON.parse((await rig.ask(host, { headers })).text);
  const text = expect.stringContaining("Use those that `mais sandbox proxy` prints.");
  expect(await said("api.render.com")).toEqual({ message: text });
  expect(await said("api.supabase.com")).toEqual({ message: text });
  expect(await said("api.vercel.com")).toEqual({ error: { code: "forbidden", message: text } });
  expect(await said("api.stripe.com")).toEqual({ error: { type: "invalid_request_error", message: text } });
  expect(await said("api.postmarkapp.com")).toEqual({ ErrorCode: 10, Message: text });
  expect(await said("api.upstash.com")).toEqual(text);
  expect(await said("a.upstash.io")).toEqual({ error: text });
});

test("the sandbox's own credentials pass, those in the form of real ones too", async () => {
  await using rig = await startProxyRig(["vercel", "supabase", "upstash"]);
  const status = async (host: string, path: string, authorization: string) =>
    (await rig.ask(host, { path, headers: { authorization } })).status;
  expect(await status("api.vercel.com", "/teams/team_sandbox", "Bearer sandboxvercel00000000000")).toBe(200);
  expect(await status("api.supabase.com", "/v1/projects", `Bearer sbp_${"0".repeat(40)}`)).toBe(200);
  const account = Buffer.from("sandbox@mais.invalid:sandbox_upstash").toString("base64");
  expect(await status("api.upstash.com", "/v2/redis/databases", `Basic ${account}`)).toBe(200);
});

test("beside a tunnel only https is served, as some tools ask for it", async () => {
  await using rig = await startProxyRig(["render"]);
  const asked = { headers: { ...RENDER, host: "api.render.com" } };
  expect((await rig.plain("https://api.render.com/v1/owners", asked)).status).toBe(200);
  expect((await rig.plain("https://api.render.com?x=1", asked)).status).toBe(501);
  const open = await rig.plain("http://api.render.com/v1/owners", asked);
  expect([open.status, open.text]).toEqual([403, expect.stringContaining("It takes https for this host.")]);
  const other = await rig.plain("http://user:word@example.com/secret?token=1");
  expect([other.status, other.text]).toEqual([
    403,
    expect.stringContaining("does not serve http://user:word?example.com"),
  ]);
  const itself = await rig.plain("/v1/owners", asked);
  expect([itself.status, itself.text]).toEqual([400, expect.stringContaining("This is the sandbox's proxy")]);
  expect(rig.sandbox.requests().length).toBe(2);
});

test("a WebSocket is turned away", async () => {
  await using rig = await startProxyRig(["supabase"]);
  const headers = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const { status, text } = await rig.ask("abcdefghijklmnopqrst.supabase.co", {
    path: "/realtime/v1/websocket",
    headers,
  });
  expect([status, text]).toEqual([501, expect.stringContaining("no WebSocket at abcdefghijklmnopqrst.supabase.co")]);
});

test("a project's own host serves its Storage API, and says of the rest that it is not emulated", async () => {
  await using rig = await startProxyRig(["supabase"]);
  const ref = "abcdefghijklmnopqrst";
  expect((await rig.ask(`${ref}.supabase.co`, { path: "/rest/v1/users?select=*" })).status).toBe(501);
  expect((await rig.ask(`${ref}.storage.supabase.co`, { path: "/storage/v1/bucket" })).status).toBe(401);
  expect((await rig.ask("other.supabase.co", { path: "/rest/v1/" })).status).toBe(404);
  expect(rig.sandbox.requests().map(({ path }) => path)).toEqual([
    `/rest/${ref}/v1/users`,
    `/storage/${ref}/v1/bucket`,
  ]);
});

test("what the tools read beside the APIs is there", async () => {
  await using rig = await startProxyRig([]);
  const read = async (host: string, path = "/") => JSON.parse((await rig.ask(host, { path })).text);
  expect(await read("api-frameworks.zeit.sh")).toContainEqual({ slug: "nextjs" });
  expect(await read("dcs.vercel-infra.com")).toMatchObject({ iad1: { caps: ["V2_DEPLOYMENT_CREATE"] } });
  expect(await read("supabase.com", "/docs/api/graphql")).toEqual({
    data: { schema: "type Query { schema: String! }" },
  });
  expect((await rig.ask("supabase.com", { path: "/dashboard" })).status).toBe(404);
});

test("an application's public name leads to the port on which the sandbox runs it", async () => {
  const application = createServer((request, response) => {
    const { host, "x-forwarded-proto": scheme } = request.headers;
    response.writeHead(201, { "x-own": "yes" }).end(`${host} ${scheme} ${request.method} ${request.url}`);
  });
  application.listen(0, "127.0.0.1");
  await once(application, "listening");
  const services = new RunningAt(`http://127.0.0.1:${(application.address() as AddressInfo).port}`);
  await using rig = await startProxyRig(["render", "vercel"], { services });
  const host = await renderService(rig);
  const { status, headers, text } = await rig.ask(host, { method: "PUT", path: "/hello?a=1" });
  expect([status, headers["x-own"], text]).toEqual([201, "yes", `${host} https PUT /hello?a=1`]);
  const nobody = await rig.ask("nobody.onrender.com");
  expect([nobody.status, nobody.headers["x-render-routing"]]).toEqual([404, "no-server"]);
  const nothing = await rig.ask("nobody.vercel.app");
  expect([nothing.status, nothing.headers["x-vercel-error"]]).toEqual([404, "DEPLOYMENT_NOT_FOUND"]);
  application.close();
});

test("a fault that spoils an answer spoils it through the proxy too", async () => {
  await using rig = await startProxyRig(["render"]);
  rig.sandbox.faults.add({ kind: "cut-after", vendor: "render" });
  await expect(rig.ask("api.render.com", { path: "/v1/owners", headers: RENDER })).rejects.toThrow(/hang up|aborted/);
  rig.sandbox.faults.add({ kind: "half", vendor: "render" });
  await expect(rig.ask("api.render.com", { path: "/v1/owners", headers: RENDER })).rejects.toThrow(/aborted/);
  expect((await rig.ask("api.render.com", { path: "/v1/owners", headers: RENDER })).status).toBe(200);
});

test("it listens on 127.0.0.1 alone, and ends its tunnels with itself", async () => {
  await using rig = await startProxyRig(["render"]);
  const elsewhere = connect({ host: "127.0.0.2", port: rig.port });
  await expect(once(elsewhere, "connect")).rejects.toThrow("ECONNREFUSED");
  const socket = await rig.secure("api.render.com");
  const ended = once(socket, "close");
  await rig[Symbol.asyncDispose]();
  await ended;
  await expect(rig.tunnel("api.render.com:443")).rejects.toThrow("ECONNREFUSED");
});

/** Remembers services, and says of each that it answers there. */
class RunningAt extends RememberedServices {
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  override list() {
    return super.list().map((service) => ({ ...service, localUrl: this.#url }));
  }
}

async function renderService(rig: ProxyRig): Promise<string> {
  const body = JSON.stringify({
    ...{ type: "web_service", name: "hello", ownerId: "tea-sandbox0000000000000" },
    image: { ownerId: "tea-sandbox0000000000000", imagePath: "docker.io/library/nginx" },
    serviceDetails: { runtime: "image", plan: "starter", region: "frankfurt" },
  });
  const headers = { ...RENDER, "content-type": "application/json" };
  const made = await rig.ask("api.render.com", { method: "POST", path: "/v1/services", headers, body });
  expect(made.status).toBe(201);
  return new URL(JSON.parse(made.text).service.serviceDetails.url).host;
}
