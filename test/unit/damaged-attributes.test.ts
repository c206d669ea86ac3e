import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { removeDamagedAttributes } from "../../src/engine/damaged-attributes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("attributes that a killed engine left cut short are removed, whole ones and the state itself stay", async () => {
  using folder = temporaryFolder();
  const stacks = join(folder.path, ".pulumi", "stacks", "mais-deploy");
  mkdirSync(stacks, { recursive: true });
  const files = {
    "dev.json": "{}",
    "dev.json.attrs": "",
    "dev.json.bak": "{",
    "dev.json.bak.attrs": '{"user.cac',
    "prod.json.attrs": "{}",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(stacks, name), text);
  const removed = await removeDamagedAttributes(
    `${pathToFileURL(folder.path)}?no_tmp_dir=true`,
    "organization/mais-deploy/dev",
  );
  expect(removed.sort()).toEqual([join(stacks, "dev.json.attrs"), join(stacks, "dev.json.bak.attrs")]);
  expect(readdirSync(stacks).sort()).toEqual(["dev.json", "dev.json.bak", "prod.json.attrs"]);
});

test("other backends, and a folder without state, are left alone", async () => {
  using folder = temporaryFolder();
  expect(await removeDamagedAttributes("s3://bucket", "dev")).toEqual([]);
  expect(await removeDamagedAttributes(undefined, "dev")).toEqual([]);
  expect(await removeDamagedAttributes(pathToFileURL(folder.path).href, "dev")).toEqual([]);
});
