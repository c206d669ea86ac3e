import { expect, test } from "vitest";
import { provider } from "../../packages/render/provider.ts";
import { connectionTo } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const urn = (name: string) => `urn:pulumi:dev::mais::render:index/apiObject:ApiObject::${name}`;
const owner = "tea-sandbox0000000000000";
const stream = { path: "/metrics-stream/{owner}" };
/** The example of docs/providers.md: a setting that has no id of its own. */
const metrics = {
  create: { ...stream, method: "PUT", id: "{owner}" },
  read: { ...stream, outputs: ["url"] },
  update: { ...stream, method: "PUT" },
  delete: stream,
  params: { owner },
  body: { provider: "GRAFANA", url: "https://otlp.example/otlp" },
  secretBody: { token: "canary-metrics-token" },
};
const find = { ...stream, match: { ownerId: owner } };

async function start() {
  const sandbox = await startSandbox(["render"]);
  const folder = temporaryFolder();
  const at = { vendor: "Render", baseUrl: `${sandbox.url("render")}/v1`, longestWaitMs: 1 };
  const credentials = { RENDER_API_KEY: "sandbox_render" };
  const api = provider.connect(connectionTo({ ...at, credentials, config: { ownerId: owner } }));
  return {
    sandbox,
    render: runProvider(provider, api, folder.path),
    streams: () => sandbox.store("render").collection<{ url: string }>("metricsStreams").list(),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

test("a setting under its owner's path has the id that the program gives it", async () => {
  await using run = await start();
  const made = await run.render.create(urn("metrics"), { ...metrics, find });
  expect(made).toMatchObject({ id: owner, outputs: { response: { url: "https://otlp.example/otlp" } } });
  const elsewhere = { ...metrics, find, body: { ...metrics.body, url: "https://other.example/otlp" } };
  await run.render.update(made, elsewhere);
  expect(run.streams()).toMatchObject([{ url: "https://other.example/otlp" }]);
  // One object in place of a list is looked at as well.
  await expect(run.render.create(urn("second"), { ...metrics, find })).rejects.toThrow(`(${owner}) already exists`);
  await run.render.delete(made);
  expect(run.streams()).toEqual([]);
});

test("one that was interrupted is put again, with nothing to look it up by", async () => {
  await using run = await start();
  run.sandbox.faults.add({ kind: "cut-after", method: "PUT", path: "/v1/metrics-stream/*", times: 20 });
  await expect(run.render.create(urn("metrics"), metrics)).rejects.toThrow("could not be reached");
  run.sandbox.faults.clear();
  expect((await run.render.create(urn("metrics"), metrics)).id).toBe(owner);
  expect(run.streams()).toHaveLength(1);
});
