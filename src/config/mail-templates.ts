import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** A mail's text, or the layout around such texts, as a folder holds it. */
export interface MailTemplate {
  alias: string;
  name: string;
  templateType: "Standard" | "Layout";
  subject?: string | undefined;
  layoutTemplate?: string | undefined;
  htmlBody?: string | undefined;
  textBody?: string | undefined;
}

export interface MailTemplates {
  /** Layouts first: Postmark takes a template only after its layout. */
  templates: MailTemplate[];
  problems: string[];
}

const LAYOUTS = "_layouts";
const ALIAS = /^[a-zA-Z][a-zA-Z0-9._-]*$/;

/** The spelling of Postmark's own command line, so that what it pulls can be put here. */
const Meta = z.object({
  Name: z.string().min(1),
  Subject: z.string().min(1).optional(),
  LayoutTemplate: z.string().min(1).nullish(),
});

/**
 * Reads `ALIAS/{meta.json,content.html,content.txt}`, and layouts below `_layouts/`. All problems at once; whether
 * Postmark understands the texts is for Postmark to say.
 */
export function readMailTemplates(folder: string): MailTemplates {
  const problems: string[] = [];
  const layouts = readAll(join(folder, LAYOUTS), { templateType: "Layout", problems });
  const standard = readAll(folder, { templateType: "Standard", problems });
  if (layouts.length + standard.length === 0 && problems.length === 0)
    problems.push(`${folder} holds no templates; expected a folder per alias with meta.json and content.html`);
  const known = new Set(layouts.map(({ alias }) => alias));
  for (const { alias, layoutTemplate } of standard) {
    if (known.has(alias)) problems.push(`${alias} is a template and a layout; Postmark knows an alias once`);
    if (layoutTemplate && !known.has(layoutTemplate))
      problems.push(`${alias}/meta.json names the layout ${layoutTemplate}, which is not in ${LAYOUTS}/`);
  }
  return { templates: [...layouts, ...standard], problems };
}

interface Reading {
  templateType: MailTemplate["templateType"];
  problems: string[];
}

function readAll(folder: string, reading: Reading): MailTemplate[] {
  return foldersIn(folder).flatMap((alias) => readOne(folder, alias, reading) ?? []);
}

function readOne(folder: string, alias: string, { templateType, problems }: Reading): MailTemplate | undefined {
  const before = problems.length;
  const where = templateType === "Layout" ? `${LAYOUTS}/${alias}` : alias;
  const read = (file: string) => textOf(join(folder, alias, file)) || undefined;
  if (!ALIAS.test(alias)) problems.push(`${where} is no alias: start with a letter, then letters, digits, . - and _`);
  const meta = Meta.safeParse(jsonOf(read("meta.json")));
  const [htmlBody, textBody] = [read("content.html"), read("content.txt")];
  if (!htmlBody && !textBody) problems.push(`${where} has neither content.html nor content.txt`);
  if (!meta.success) {
    const faults = meta.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
    problems.push(`${where}/meta.json cannot be read (${faults.join("; ")})`);
    return undefined;
  }
  const { Name: name, Subject: subject, LayoutTemplate } = meta.data;
  const layoutTemplate = LayoutTemplate ?? undefined;
  if (templateType === "Standard" && !subject) problems.push(`${where}/meta.json lacks Subject`);
  if (templateType === "Layout" && (subject || layoutTemplate))
    problems.push(`${where}/meta.json has a Subject or LayoutTemplate; a layout has neither`);
  if (problems.length > before) return undefined;
  return { alias, name, templateType, subject, layoutTemplate, htmlBody, textBody };
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && entry.name !== LAYOUTS && !entry.name.startsWith("."))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
