import { expect, test } from "vitest";
import { makeServer, STREAM, start, streamOn, urn, WEBHOOK, webhookOn } from "./postmark-run.ts";

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
