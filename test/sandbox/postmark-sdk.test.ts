import { AccountClient, Errors, ServerClient } from "postmark";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

/** The vendor's own SDK as it is, told by its options where the sandbox is. */
function optionsFor(sandbox: Sandbox) {
  const { host, pathname } = new URL(sandbox.url("postmark"));
  return {
    ...{ requestHost: host, useHttps: false },
    // Its host takes no path.
    fetch: (url: unknown, init?: RequestInit) => fetch(String(url).replace(host, host + pathname), init),
  };
}

async function session() {
  const sandbox = await startSandbox(["postmark"]);
  const account = new AccountClient("sandbox_postmark", optionsFor(sandbox));
  const { ID, ApiTokens } = await account.createServer({ Name: "mais" });
  const server = new ServerClient(ApiTokens[0] ?? "", optionsFor(sandbox));
  return { sandbox, account, server, serverId: ID, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

test("the official SDK makes, lists by pages, changes and deletes servers, and reads refusals as its own errors", async () => {
  await using run = await session();
  const { account, serverId } = run;
  for (const Name of ["b", "c"]) await account.createServer({ Name });
  const page = await account.getServers({ count: 2, offset: 2 });
  expect([page.TotalCount, page.Servers.map(({ Name }) => Name)]).toEqual([3, ["c"]]);
  await expect(account.createServer({ Name: "MAIS" })).rejects.toBeInstanceOf(Errors.ApiInputError);
  await expect(account.createServer({ Name: "MAIS" })).rejects.toMatchObject({ code: 603, statusCode: 422 });
  expect(await account.editServer(serverId, { Color: "Red" as never })).toMatchObject({ Name: "mais", Color: "Red" });
  expect(await account.deleteServer(serverId)).toEqual({ ErrorCode: 0, Message: "Server mais removed." });
  await expect(account.getServer(serverId)).rejects.toMatchObject({ statusCode: 404, code: 12 });
  const stranger = new AccountClient("another", optionsFor(run.sandbox));
  await expect(stranger.getServers()).rejects.toBeInstanceOf(Errors.InvalidAPIKeyError);
});

test("the official SDK works with streams and webhooks", async () => {
  await using run = await session();
  const { server } = run;
  await server.createMessageStream({ ID: "news", Name: "News", MessageStreamType: "Broadcasts" });
  expect((await server.getMessageStreams()).MessageStreams.map(({ ID }) => ID)).toContain("news");
  expect(await server.editMessageStream("news", { Name: "Letters" })).toMatchObject({ ID: "news", Name: "Letters" });
  expect(await server.archiveMessageStream("news")).toMatchObject({ ID: "news" });
  const hook = await server.createWebhook({
    Url: "https://api.mais.example",
    Triggers: { Bounce: { Enabled: true, IncludeContent: false } },
  });
  expect((await server.editWebhook(hook.ID, { Url: "https://b.mais.example" })).Url).toBe("https://b.mais.example");
  await server.deleteWebhook(hook.ID);
  expect((await server.getWebhooks()).Webhooks).toEqual([]);
});

test("the official SDK validates, writes, pushes and deletes templates; a layout in use stays", async () => {
  await using run = await session();
  const { account, server, serverId } = run;
  const judged = await server.validateTemplate({
    ...{ Subject: "Hi {{name}}", HtmlBody: "<p>{{#each lines}}{{.}};{{/each}}</p>", TextBody: "{{#open}} {{/other}}" },
    TestRenderModel: { name: "Ada", lines: ["<a>", "b"] },
  });
  expect(judged).toMatchObject({
    AllContentIsValid: false,
    Subject: { ContentIsValid: true, RenderedContent: "Hi Ada" },
    HtmlBody: { ContentIsValid: true, RenderedContent: "<p>&lt;a&gt;;b;</p>" },
    TextBody: { ContentIsValid: false, ValidationErrors: [{ Line: 1, CharacterPosition: 11 }] },
  });
  const layout = { Name: "Plain", Alias: "plain", TemplateType: "Layout" as never, HtmlBody: "<b>{{{@content}}}</b>" };
  await server.createTemplate(layout);
  const { TemplateId } = await server.createTemplate({
    ...{ Name: "Receipt", Alias: "receipt", Subject: "Yours", TextBody: "Hi", LayoutTemplate: "plain" },
  });
  expect((await server.getTemplates({ count: 1, offset: 0 })).TotalCount).toBe(2);
  await expect(
    server.createTemplate({ Name: "Two", TemplateType: "Layout" as never, HtmlBody: "none" }),
  ).rejects.toMatchObject({ code: 1131 });
  await expect(
    server.createTemplate({ Name: "X", Alias: "Receipt", Subject: "s", TextBody: "t" }),
  ).rejects.toMatchObject({ code: 1122 });
  await expect(server.deleteTemplate("plain")).rejects.toMatchObject({ code: 1130 });
  expect(await server.editTemplate(TemplateId, { Name: "Bill" })).toMatchObject({ Name: "Bill", Alias: "receipt" });
  const other = await account.createServer({ Name: "other" });
  const push = { SourceServerID: serverId, DestinationServerID: other.ID, PerformChanges: true };
  expect(
    (await account.pushTemplates({ ...push, PerformChanges: false })).Templates.map(({ Action }) => Action),
  ).toEqual(["Create", "Create"]);
  expect((await account.pushTemplates(push)).TotalCount).toBe(2);
  expect((await account.pushTemplates(push)).Templates.map(({ Action }) => Action)).toEqual(["Edit", "Edit"]);
  await server.deleteTemplate(TemplateId);
  await server.deleteTemplate("plain");
  await expect(server.getTemplate(TemplateId)).rejects.toMatchObject({ code: 1101 });
});

test("the official SDK makes domains and sender signatures, and asks for their DNS", async () => {
  await using run = await session();
  const { account } = run;
  const signature = await account.createSenderSignature({ FromEmail: "mail@mais.example", Name: "Mais" });
  expect(signature).toMatchObject({ Domain: "mais.example", Confirmed: false, DKIMUpdateStatus: "Pending" });
  const { Domains } = await account.getDomains();
  expect(Domains.map(({ Name }) => Name)).toEqual(["mais.example"]);
  const id = Domains[0]?.ID ?? 0;
  expect((await account.verifyDomainDKIM(id)).DKIMVerified).toBe(true);
  expect((await account.getSenderSignature(signature.ID)).Confirmed).toBe(true);
  await expect(account.createSenderSignature({ FromEmail: "me@gmail.com", Name: "Me" })).rejects.toMatchObject({
    code: 503,
  });
  await expect(account.createSenderSignature({ FromEmail: "MAIL@mais.example", Name: "Me" })).rejects.toMatchObject({
    code: 504,
  });
  await account.editSenderSignature(signature.ID, { Name: "Team", ReplyToEmail: "help@mais.example" });
  expect((await account.getSenderSignatures()).SenderSignatures).toMatchObject([
    { Name: "Team", ReplyToEmailAddress: "help@mais.example", EmailAddress: "mail@mais.example" },
  ]);
  await account.deleteSenderSignature(signature.ID);
  await expect(account.getSenderSignature(signature.ID)).rejects.toMatchObject({ code: 501 });
});
