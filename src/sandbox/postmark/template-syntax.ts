/** What the validation says of one place in a template. Lines and characters count from 1. */
export interface SyntaxProblem {
  Message: string;
  Line: number;
  CharacterPosition: number;
}

type Model = Record<string, unknown>;

interface Text {
  kind: "text";
  text: string;
}

interface Value {
  kind: "value";
  path: string;
  /** Written between three braces or with `&`: not escaped for HTML. */
  raw: boolean;
}

interface Section {
  kind: "section";
  opener: "#" | "^" | "each";
  path: string;
  at: number;
  children: Node[];
}

type Node = Text | Value | Section;

/** A template that was read, with what is wrong with it. */
export interface ReadTemplate {
  nodes: Node[];
  problems: SyntaxProblem[];
}

const TAG = /\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g;
/** `name`, `person.name`, `.`, `../total`, and the layout's `@content`. */
const PATH = /^(@content|\.|(\.\.\/)*[\w-]+(\.[\w-]+)*)$/;

/** Reads Postmark's Mustachio. https://github.com/ActiveCampaign/mustachio */
export function readTemplate(source: string): ReadTemplate {
  const root: Node[] = [];
  const open: Section[] = [];
  const problems: SyntaxProblem[] = [];
  const here = () => open.at(-1)?.children ?? root;
  const wrong = (message: string, at: number) => void problems.push(problemAt(source, message, at));
  let end = 0;
  for (const match of source.matchAll(TAG)) {
    here().push({ kind: "text", text: source.slice(end, match.index) });
    end = match.index + match[0].length;
    const tag = { inner: (match[1] ?? match[2] ?? "").trim(), raw: match[1] !== undefined, at: match.index };
    readTag(tag, { open, here, wrong });
  }
  here().push({ kind: "text", text: source.slice(end) });
  for (const { path, at } of open) wrong(`The section '${path}' is not closed.`, at);
  const unread = source.replace(TAG, (tag) => " ".repeat(tag.length)).search(/\{\{|\}\}/);
  if (unread >= 0) wrong("The braces of a tag are not balanced.", unread);
  return { nodes: root, problems };
}

interface Reading {
  open: Section[];
  here(): Node[];
  wrong(message: string, at: number): void;
}

function readTag({ inner, raw, at }: { inner: string; raw: boolean; at: number }, reading: Reading): void {
  const { open, here, wrong } = reading;
  const [, sign = "", each, rest = ""] = /^([#^/&!]?)\s*(each\s+)?(.*)$/s.exec(inner) ?? [];
  const path = rest.trim();
  if (sign === "!") return;
  if (sign === "/") close(path, at, reading);
  else if (!PATH.test(path)) wrong(`'${path}' is no name of a value.`, at);
  else if (sign === "#" || sign === "^") {
    const section: Section = { kind: "section", opener: each ? "each" : sign, path, at, children: [] };
    here().push(section);
    open.push(section);
  } else here().push({ kind: "value", path, raw: raw || sign === "&" });
}

function close(path: string, at: number, { open, wrong }: Reading): void {
  const closed = open.pop();
  const name = closed?.opener === "each" ? "each" : closed?.path;
  if (name === undefined) wrong(`'${path}' is closed and was not opened.`, at);
  else if (path !== name) wrong(`'${path}' is closed where '${name}' is open.`, at);
}

function problemAt(source: string, message: string, at: number): SyntaxProblem {
  const before = source.slice(0, at);
  return {
    Message: message,
    Line: before.split("\n").length,
    CharacterPosition: at - before.lastIndexOf("\n"),
  };
}

/** With the model's values; what it lacks is empty. `html` says whether values are escaped. */
export function render(nodes: readonly Node[], model: unknown, html: boolean): string {
  return renderIn(nodes, [model], html);
}

function renderIn(nodes: readonly Node[], scopes: readonly unknown[], html: boolean): string {
  return nodes.map((node) => renderNode(node, scopes, html)).join("");
}

function renderNode(node: Node, scopes: readonly unknown[], html: boolean): string {
  if (node.kind === "text") return node.text;
  const value = lookUp(node.path, scopes);
  if (node.kind === "value") {
    const text = value === undefined || value === null ? "" : String(value);
    return node.raw || !html ? text : escapeHtml(text);
  }
  const filled = Array.isArray(value) ? value.length > 0 : Boolean(value);
  if (node.opener === "^") return filled ? "" : renderIn(node.children, scopes, html);
  if (!filled) return "";
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => renderIn(node.children, [...scopes, item], html)).join("");
}

function lookUp(path: string, scopes: readonly unknown[]): unknown {
  const up = path.match(/\.\.\//g)?.length ?? 0;
  const name = path.replaceAll("../", "");
  const visible = scopes.slice(0, scopes.length - up);
  if (name === ".") return visible.at(-1);
  const [first = "", ...rest] = name.split(".");
  const scope = visible.findLast((one) => typeof one === "object" && one !== null && first in one);
  return [first, ...rest].reduce<unknown>((value, key) => Object(value)[key], scope);
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A model with every name that the template uses, each holding `<name>_Value` (inferred). */
export function suggestModel(nodes: readonly Node[]): Model {
  const model: Model = {};
  for (const node of nodes) {
    if (node.kind === "text" || node.path.startsWith("@") || node.path.startsWith(".")) continue;
    const inner = node.kind === "section" ? suggestModel(node.children) : {};
    const leaf = Object.keys(inner).length > 0 ? inner : `${node.path.split(".").at(-1)}_Value`;
    put(model, node.path.split("."), node.kind === "section" && node.opener === "each" ? [leaf] : leaf);
  }
  return model;
}

function put(model: Model, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    model[first] ??= value;
    return;
  }
  const inner = typeof model[first] === "object" && model[first] !== null ? (model[first] as Model) : {};
  model[first] = inner;
  put(inner, rest, value);
}
