import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readMailTemplates } from "../../src/config/mail-templates.ts";

function readFrom(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "mail-templates-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return readMailTemplates(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const layout = {
  "_layouts/plain/meta.json": JSON.stringify({ Name: "Plain", Alias: "plain", TemplateType: "Layout" }),
  "_layouts/plain/content.html": "<main>{{{@content}}}</main>",
};

test("a folder per alias is a template, and those below _layouts come first", () => {
  const meta = { Name: "Booked", Subject: "Your booking", LayoutTemplate: "plain" };
  const { templates, problems } = readFrom({
    ...layout,
    ...{ "booked/meta.json": JSON.stringify(meta), "booked/content.html": "<p>Hi</p>", "booked/content.txt": "Hi" },
  });
  expect(problems).toEqual([]);
  expect(templates).toEqual([
    { alias: "plain", name: "Plain", templateType: "Layout", htmlBody: "<main>{{{@content}}}</main>" },
    {
      ...{ alias: "booked", name: "Booked", templateType: "Standard", subject: "Your booking" },
      ...{ layoutTemplate: "plain", htmlBody: "<p>Hi</p>", textBody: "Hi" },
    },
  ]);
});

test("every fault of the folder is named at once", () => {
  const { problems } = readFrom({
    ...layout,
    ...{ "plain/meta.json": JSON.stringify({ Name: "Twin", Subject: "s" }), "plain/content.txt": "x" },
    ...{
      "lost/meta.json": JSON.stringify({ Name: "L", Subject: "s", LayoutTemplate: "none" }),
      "lost/content.txt": "x",
    },
    ...{ "1st/meta.json": JSON.stringify({ Name: "F", Subject: "s" }), "1st/content.txt": "x" },
    ...{ "mute/meta.json": JSON.stringify({ Name: "M" }), "broken/meta.json": "{", "broken/content.txt": "x" },
  });
  expect(problems).toEqual([
    expect.stringContaining("1st is no alias"),
    expect.stringContaining("broken/meta.json cannot be read"),
    expect.stringContaining("mute has neither content.html nor content.txt"),
    expect.stringContaining("mute/meta.json lacks Subject"),
    expect.stringContaining("lost/meta.json names the layout none"),
    expect.stringContaining("plain is a template and a layout"),
  ]);
  expect(readMailTemplates("/nowhere/at/all").problems).toEqual([expect.stringContaining("holds no templates")]);
});
