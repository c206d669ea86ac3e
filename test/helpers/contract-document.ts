import { readFileSync } from "node:fs";

/** A JSON object whose shape the OpenAPI specification gives; narrowed where it is read. */
export type Json = Record<string, unknown>;

export interface Operation {
  method: string;
  /** As the contract writes it: `/v1/projects/{ref}`. */
  path: string;
  query: { name: string; required: boolean; schema: Json }[];
  requestBody: { mediaType: string; schema: Json } | undefined;
  /** By status; `schema` is undefined for an empty body. */
  responses: Map<string, { schema: Json | undefined }>;
}

/** One vendor's contract: an OpenAPI 3.0 document, read once, its schemas turned into JSON Schema. */
export class ContractDocument {
  readonly #document: Json;
  readonly #id: string;
  readonly #operations = new Map<string, Operation>();

  constructor(vendor: string) {
    const file = new URL(`../contracts/${vendor}.contract.json`, import.meta.url);
    this.#document = JSON.parse(readFileSync(file, "utf8"));
    this.#id = `contract:/${vendor}`;
  }

  /** The named schemas, to be added to the validator once. */
  namedSchemas(): Json {
    const components = asObject(this.#document.components);
    const schemas = mapValues(asObject(components.schemas), (schema) => this.#convert(schema));
    return { $id: this.#id, components: { schemas } };
  }

  /** Every operation, as `POST /services`. */
  names(): string[] {
    const verbs = ["get", "post", "put", "patch", "delete"];
    return Object.entries(asObject(this.#document.paths)).flatMap(([path, item]) =>
      verbs.filter((verb) => verb in asObject(item)).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
  }

  /** The operation of a request path; a literal segment beats a parameter, the exact version another one. */
  find(method: string, path: string): Operation | undefined {
    const segments = pathSegments(path);
    let best: { template: string; score: number } | undefined;
    for (const [template, item] of Object.entries(asObject(this.#document.paths))) {
      if (!(method.toLowerCase() in asObject(item))) continue;
      const score = scoreMatch(pathSegments(template), segments);
      if (score === undefined) continue;
      const exact = versionOf(template) === versionOf(path) ? 0.5 : 0;
      if (!best || score + exact > best.score) best = { template, score: score + exact };
    }
    return best && this.#operation(method, best.template);
  }

  #operation(method: string, path: string): Operation {
    const key = `${method} ${path}`;
    const known = this.#operations.get(key);
    if (known) return known;
    const item = asObject(asObject(this.#document.paths)[path]);
    const raw = asObject(item[method.toLowerCase()]);
    const parameters = [...asList(item.parameters), ...asList(raw.parameters)].map((each) => this.#resolve(each));
    const operation: Operation = {
      method,
      path,
      query: parameters
        .filter((parameter) => parameter.in === "query")
        .map(({ name, required, schema }) => ({
          name: String(name),
          required: required === true,
          schema: this.#convert(schema ?? {}),
        })),
      requestBody: this.#body(raw.requestBody),
      responses: new Map(
        Object.entries(asObject(raw.responses)).map(([status, response]) => [
          status,
          { schema: this.#body(response)?.schema },
        ]),
      ),
    };
    this.#operations.set(key, operation);
    return operation;
  }

  #body(node: unknown): Operation["requestBody"] {
    const content = Object.entries(asObject(this.#resolve(node).content));
    const [mediaType, media] = content.find(([type]) => type.includes("form") || type.includes("json")) ?? [];
    if (mediaType === undefined) return undefined;
    return { mediaType, schema: this.#convert(asObject(media).schema ?? {}) };
  }

  #resolve(node: unknown): Json {
    const object = asObject(node);
    if (typeof object.$ref !== "string") return object;
    let found: unknown = this.#document;
    for (const step of object.$ref.slice(2).split("/"))
      found = asObject(found)[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
    return this.#resolve(found);
  }

  /** OpenAPI 3.0's dialect as JSON Schema. `oneOf` becomes `anyOf`: the vendors' own bodies match several branches. */
  #convert(node: unknown): Json {
    if (node === false) return { not: {} };
    const { nullable, oneOf, example: _, ...schema } = asObject(node);
    const result: Json = {};
    for (const [keyword, value] of Object.entries(schema)) result[keyword] = this.#convertKeyword(keyword, value);
    if (oneOf !== undefined) result.anyOf = asList(oneOf).map((branch) => this.#convert(branch));
    for (const [exclusive, bound] of EXCLUSIVE) {
      if (typeof result[exclusive] !== "boolean") continue;
      if (result[exclusive]) [result[exclusive], result[bound]] = [result[bound], undefined];
      else delete result[exclusive];
      if (result[bound] === undefined) delete result[bound];
    }
    return nullable === true ? acceptNull(result) : result;
  }

  #convertKeyword(keyword: string, value: unknown): unknown {
    if (keyword === "$ref") return `${this.#id}${value}`;
    if (keyword === "properties") return mapValues(asObject(value), (each) => this.#convert(each));
    if (keyword === "allOf" || keyword === "anyOf") return asList(value).map((each) => this.#convert(each));
    if (keyword === "items" || keyword === "not") return this.#convert(value);
    if (keyword === "additionalProperties" && typeof value === "object") return this.#convert(value);
    return value;
  }
}

const EXCLUSIVE = [
  ["exclusiveMinimum", "minimum"],
  ["exclusiveMaximum", "maximum"],
] as const;

function acceptNull(schema: Json): Json {
  if (typeof schema.type !== "string" || schema.$ref || schema.allOf || schema.anyOf)
    return { if: { type: "null" }, else: schema };
  const nullable: Json = { ...schema, type: [schema.type, "null"] };
  if (Array.isArray(schema.enum)) nullable.enum = [...schema.enum, null];
  return nullable;
}

/** Vendors and contracts differ in where the version stands (server URL or path), so it is compared apart. */
function pathSegments(path: string): string[] {
  return path.replace(/^\/v\d+(?=\/)/, "").split("/");
}

function versionOf(path: string): string | undefined {
  return /^\/(v\d+)\//.exec(path)?.[1];
}

function scoreMatch(template: string[], segments: string[]): number | undefined {
  if (template.length !== segments.length) return undefined;
  let literals = 0;
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) {
      if (segment === "") return undefined;
    } else if (part.toLowerCase() === segment.toLowerCase()) literals += 1;
    else return undefined;
  }
  return literals;
}

export function asObject(value: unknown): Json {
  // Any non-null object can be read by name; what the names hold is narrowed in turn.
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapValues(object: Json, map: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
