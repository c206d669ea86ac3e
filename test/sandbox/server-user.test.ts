import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWay } from "../../src/sandbox/server-user.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const somebody = { ids: { uid: 65_534, gid: 65_534 } };
const modeOf = (folder: string) => (statSync(folder).mode & 0o777).toString(8);

function checkout(root: string) {
  const [mais, sandbox, data] = [
    join(root, ".mais"),
    join(root, ".mais", "sandbox"),
    join(root, ".mais", "sandbox", "pg"),
  ];
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return { mais, sandbox, data };
}

test("another user may pass through the folders that are ours, and list none of them", () => {
  using root = temporaryFolder();
  chmodSync(root.path, 0o755);
  const { mais, sandbox, data } = checkout(root.path);
  openWay(somebody, sandbox, [data]);
  expect([mais, sandbox, data].map(modeOf)).toEqual(["711", "711", "711"]);
  expect(modeOf(root.path)).toBe("755");
});

test("a closed folder above is named, and not opened", () => {
  using root = temporaryFolder();
  chmodSync(root.path, 0o700);
  const { sandbox, data } = checkout(root.path);
  expect(() => openWay(somebody, sandbox, [data])).toThrow(`cannot pass through ${root.path}`);
  expect(modeOf(root.path)).toBe("700");
});

test("nothing is opened where the server runs as we do", () => {
  using root = temporaryFolder();
  const { mais, sandbox, data } = checkout(root.path);
  openWay({ ids: {} }, sandbox, [data]);
  expect([mais, sandbox, data].map(modeOf)).toEqual(["700", "700", "700"]);
});
