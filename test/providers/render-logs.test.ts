import { expect, test } from "vitest";
import { provider } from "../../packages/render/provider.ts";
import { workspaceLogs } from "../../src/components/log-destination.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { connectTo, instant, writes } from "./render-run.ts";

const OWNER = "tea-sandbox0000000000000";
const urn = (name: string) => `urn:pulumi:dev::mais::render:index/apiObject:ApiObject::${name}`;
const destination = { endpoint: "in.logs.mais.app:6514", token: "canary-token" };
const stream = `/v1/logs/streams/owner/${OWNER}`;

test("the workspace's log stream is set, changed, and taken away", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  using folder = temporaryFolder();
  const run = runProvider(provider, connectTo(sandbox), folder.path);
  const made = await run.create(urn("logs"), { ...workspaceLogs(OWNER, destination) });
  expect(made.id).toBe(OWNER);
  expect(await run.refresh(made)).toEqual(made);
  const moved = { ...workspaceLogs(OWNER, { ...destination, endpoint: "other.mais.app:6514" }) };
  expect(run.diff(made, moved)).toMatchObject({ changed: ["body"], replaces: false });
  const updated = await run.update(made, moved);
  expect(sandbox.store("render").collection("logStreams").get(OWNER)).toMatchObject({
    endpoint: "other.mais.app:6514",
    preview: "drop",
  });
  await run.delete(updated);
  expect(await run.refresh(updated)).toBeUndefined();
  expect(writes(sandbox)).toEqual([`PUT ${stream}`, `PUT ${stream}`, `DELETE ${stream}`]);
});

test("a stream that another stack of the workspace has set is refused and left alone", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  using folder = temporaryFolder();
  const run = runProvider(provider, connectTo(sandbox), folder.path);
  await run.create(urn("logs"), { ...workspaceLogs(OWNER, destination) });
  const theirs = { ...workspaceLogs(OWNER, { endpoint: "second.mais.app:6514" }) };
  await expect(run.create(urn("second"), theirs)).rejects.toThrow("was not made by this stack, so nothing was touched");
  expect(writes(sandbox)).toEqual([`PUT ${stream}`]);
});
