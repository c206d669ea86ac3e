import type { InputProblem } from "./define-resource.ts";
import { Refused } from "./errors.ts";
import type { Http } from "./http.ts";

/** What an `ApiObject` asks of a vendor's client: one request over its authentication, retry and redaction. */
export interface RawApi {
  /** `path` starts with a slash and stands under the vendor's base URL. Answers the parsed body. */
  request(method: RawMethod, path: string, options: RawOptions): Promise<unknown>;
}

export type RawMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RawOptions {
  query?: Record<string, string> | undefined;
  /** Sent as the vendor takes it: JSON, or form fields. */
  body?: Record<string, unknown> | undefined;
  signal: AbortSignal;
  /** For vendors that answer a repeated request with their first answer. */
  idempotencyKey?: string | undefined;
}

/** A raw request over the kit's client, for vendors that speak JSON. */
export function sendRaw(http: Http, method: RawMethod, path: string, options: RawOptions): Promise<unknown> {
  const { query, body, signal } = options;
  const send = { GET: http.get, POST: http.post, PUT: http.put, PATCH: http.patch, DELETE: http.delete }[method];
  return send(path, { ...(query ? { query } : {}), ...(body ? { json: body } : {}), signal });
}

/** Where a request goes, with `{name}` for each value that is filled in. */
export interface Template {
  path: string;
  query?: Record<string, string> | undefined;
}

export type Values = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{(\w+)\}/g;

/** What is wrong with a template: its own form, and placeholders that nothing fills. */
export function templateProblems(property: string, template: Template, known: readonly string[]): InputProblem[] {
  const form = pathProblem(template.path);
  const texts = [template.path, ...Object.values(template.query ?? {})];
  const names = new Set(texts.flatMap(placeholdersOf));
  const unfilled = [...names].filter((name) => !known.includes(name));
  return [
    ...(form ? [{ property: `${property}.path`, reason: form }] : []),
    ...unfilled.map((name) => ({
      property,
      reason: `names {${name}}, which nothing fills${name === "id" ? " here" : ""}: add it to params, or correct it to one of ${known.map((one) => `{${one}}`).join(", ") || "none"}`,
    })),
  ];
}

export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** Undefined for a path that cannot lead away from the vendor's base URL. */
function pathProblem(path: string): string | undefined {
  if (!path.startsWith("/") || path.startsWith("//"))
    return "must be a path that starts with one slash: the host is the vendor's and cannot be chosen";
  if (/[?#]/.test(path)) return "must hold no query: write it in query";
  if (/[\\\s%]/.test(path))
    return "must hold no backslash, no blank and no percent sign: values are encoded by themselves";
  if (path.split("/").some((segment) => segment === "." || segment === ".."))
    return "must not climb: it holds a segment of dots";
  return undefined;
}

/** The path with every value encoded, so that none of them can lead elsewhere. */
export function fillPath({ path }: Template, values: Values): string {
  const wrong = pathProblem(path);
  if (wrong) throw new Refused(`the path ${path} ${wrong}`);
  return path.replace(PLACEHOLDER, (_, name: string) => {
    const value = filling(name, values);
    if (value === "" || value === "." || value === "..")
      throw new Refused(`the path ${path} cannot be filled: {${name}} is ${value ? "dots" : "empty"}`);
    return encodeURIComponent(value);
  });
}

export function fillQuery({ query }: Template, values: Values): Record<string, string> | undefined {
  if (!query) return undefined;
  return Object.fromEntries(Object.entries(query).map(([key, text]) => [key, fillText(text, values)]));
}

export function fillText(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (_, name: string) => filling(name, values));
}

function filling(name: string, values: Values): string {
  const value = values[name];
  if (value === undefined) throw new Refused(`{${name}} has no value: add it to params`);
  return value;
}
