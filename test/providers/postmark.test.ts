import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { PostmarkApi } from "../../packages/postmark/client.ts";
import { provider } from "../../packages/postmark/provider.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { apiOf, makeServer, start, urn } from "./postmark-run.ts";

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
