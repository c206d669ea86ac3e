import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Exchange } from "../../src/sandbox/server.ts";
import { type Difference, differences } from "../contracts/differences.ts";
import { asObject, ContractDocument, type Json, type Operation } from "./contract-document.ts";
import { decodeForm } from "./form.ts";

/** One point in which a request or an answer leaves the vendor's contract. */
export interface Breach {
  vendor: string;
  operation: string;
  where: Difference["where"];
  /** JSON pointer with list positions as `*`; for a status the status, for a query the parameter's name. */
  at: string;
  keyword: string;
  message: string;
}

/** What came of judging traffic. */
export interface Judgement {
  breaches: Breach[];
  /** The known differences that were met. */
  met: Set<Difference>;
  /** How many exchanges were held against a contract. */
  judged: number;
}

/** Judges recorded traffic by the vendors' published contracts, less the known differences. */
export function findBreaches(exchanges: readonly Exchange[]): Breach[] {
  return judgeTraffic(exchanges).breaches;
}

/** With `answers` what was asked is left aside: it is meant to be odd. */
export function judgeTraffic(exchanges: Iterable<Exchange>, part: "all" | "answers" = "all"): Judgement {
  const breaches = new Map<string, Breach>();
  const met = new Set<Difference>();
  let judged = 0;
  for (const exchange of exchanges) {
    if (exchange.route === undefined) continue;
    judged += 1;
    for (const breach of judge(exchange, part)) {
      const known = differences.find((difference) => covers(difference, breach));
      if (known) met.add(known);
      else breaches.set([breach.vendor, breach.operation, breach.where, breach.at, breach.keyword].join(" "), breach);
    }
  }
  return { breaches: [...breaches.values()], met, judged };
}

export function describeBreaches(breaches: readonly Breach[]): string {
  const lines = breaches.map(
    ({ vendor, operation, where, at, message }) => `  ${vendor} ${operation}: ${where} ${at || "/"}: ${message}`,
  );
  return [
    `The traffic with the sandbox breaks the vendors' contracts in ${breaches.length} points:`,
    ...lines,
    "Correct the emulator or the caller; list it in test/contracts/differences.ts only if the vendor really differs from its contract.",
  ].join("\n");
}

function covers(difference: Difference, breach: Breach): boolean {
  return (
    difference.vendor === breach.vendor &&
    (difference.operation === "*" || difference.operation === breach.operation) &&
    difference.where === breach.where &&
    (difference.at?.test(breach.at) ?? true) &&
    (difference.keyword === undefined || difference.keyword === breach.keyword)
  );
}

type Found = Pick<Breach, "where" | "at" | "keyword" | "message">;

function judge(exchange: Exchange, part: "all" | "answers"): Breach[] {
  const contract = contractOf(exchange.vendor);
  const operation = contract.document.find(exchange.method, exchange.path);
  if (!operation) return exchange.evidence === "contract" ? [unknownPath(exchange)] : [];
  const name = `${operation.method} ${operation.path}`;
  const asked = part === "all" ? judgeRequest(contract, operation, exchange) : [];
  return [...asked, ...judgeResponse(contract, operation, exchange)].map((found) => ({
    ...{ vendor: exchange.vendor, operation: name },
    ...found,
  }));
}

function unknownPath({ vendor, method, path, route }: Exchange): Breach {
  const message = `route "${route}" claims the contract as its evidence, which has no such path`;
  return { vendor, operation: `${method} ${path}`, where: "path", at: path, keyword: "path", message };
}

/** What the vendor refused need not keep its contract, so only accepted requests are judged. */
function judgeRequest(contract: Contract, operation: Operation, exchange: Exchange): Found[] {
  if (exchange.status >= 400) return [];
  const found = judgeQuery(contract, operation, exchange.query);
  if (exchange.requestText === "") return found;
  if (!operation.requestBody) return [...found, ...strayBody(exchange)];
  const { schema, mediaType } = operation.requestBody;
  const isForm = mediaType.includes("form");
  const body: unknown = isForm ? decodeForm(exchange.requestText) : JSON.parse(exchange.requestText);
  return [...found, ...validate(isForm ? contract.text : contract.json, schema, { where: "request", value: body })];
}

/** An empty object where no body is wanted is what HTTP clients send; anything in it would be lost. */
function strayBody({ requestText }: Exchange): Found[] {
  if (/^\s*(\{\s*\}|null)?\s*$/.test(requestText)) return [];
  return [{ where: "request", at: "", keyword: "body", message: "the operation takes no body" }];
}

function judgeQuery(contract: Contract, operation: Operation, query: URLSearchParams): Found[] {
  const given = decodeForm(query);
  const unknown = Object.keys(given)
    .filter((name) => !operation.query.some((parameter) => parameter.name.replace(/\[\]$/, "") === name))
    .map((name): Found => ({ where: "query", at: name, keyword: "unknown", message: "no such query parameter" }));
  const wrong = operation.query.flatMap(({ name, required, schema }): Found[] => {
    const value = given[name.replace(/\[\]$/, "")];
    if (value === undefined)
      return required ? [{ where: "query", at: name, keyword: "required", message: "is required" }] : [];
    const listed = schema.type === "array" && typeof value === "string" ? value.split(",") : value;
    return validate(contract.text, schema, { where: "query", value: listed }).map((found) => ({ ...found, at: name }));
  });
  return [...unknown, ...wrong];
}

/** A success must be one that the contract lists. Errors are listed by few vendors, so one that is not is not judged. */
function judgeResponse(contract: Contract, operation: Operation, { status, responseJson }: Exchange): Found[] {
  const declared =
    operation.responses.get(String(status)) ?? (status >= 400 ? operation.responses.get("default") : undefined);
  if (!declared) {
    if (status >= 400) return [];
    const listed = [...operation.responses.keys()].filter((each) => each < "400").join(", ");
    return [{ where: "status", at: String(status), keyword: "status", message: `the contract lists ${listed}` }];
  }
  if (!declared.schema) return [];
  if (responseJson === undefined)
    return [{ where: "response", at: "", keyword: "body", message: "the body is missing" }];
  // As it went over the wire: dates as text, undefined properties gone.
  const value: unknown = JSON.parse(JSON.stringify(responseJson));
  return validate(contract.json, declared.schema, { where: "response", value });
}

interface Contract {
  document: ContractDocument;
  /** For JSON values. */
  json: Validator;
  /** For query strings and forms, whose leaves are text: "5" is an integer there. */
  text: Validator;
}

const contracts = new Map<string, Contract>();

function contractOf(vendor: string): Contract {
  const known = contracts.get(vendor);
  if (known) return known;
  const document = new ContractDocument(vendor);
  const schemas = document.namedSchemas();
  const contract = { document, json: new Validator(schemas, false), text: new Validator(schemas, true) };
  contracts.set(vendor, contract);
  return contract;
}

/** Compiles a schema when it is first needed. */
class Validator {
  readonly #schemas: Json;
  readonly #coerceTypes: boolean;
  readonly #compiled = new WeakMap<Json, ValidateFunction>();
  #ajv: Ajv2020 | undefined;

  constructor(schemas: Json, coerceTypes: boolean) {
    this.#schemas = schemas;
    this.#coerceTypes = coerceTypes;
  }

  errors(schema: Json, value: unknown): ErrorObject[] {
    const check = this.#compiled.get(schema) ?? this.#engine().compile(schema);
    this.#compiled.set(schema, check);
    // Coercion writes into the value; the recording stays as it was.
    return check({ value: structuredClone(value) }.value) ? [] : (check.errors ?? []);
  }

  #engine(): Ajv2020 {
    if (this.#ajv) return this.#ajv;
    const coerceTypes = this.#coerceTypes;
    const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, unicodeRegExp: false, coerceTypes });
    formats.default(ajv);
    ajv.addSchema(this.#schemas);
    this.#ajv = ajv;
    return ajv;
  }
}

function validate(
  validator: Validator,
  schema: Json,
  { where, value }: { where: Found["where"]; value: unknown },
): Found[] {
  const errors = validator.errors(schema, value).filter(({ keyword }) => keyword !== "if");
  // A union that fails reports every branch; the outermost failing union stands for all of them.
  const unions = errors.filter(({ keyword }) => keyword === "anyOf").map(({ instancePath }) => instancePath);
  const inside = ({ instancePath, keyword }: ErrorObject): boolean =>
    unions.some((union) => (instancePath === union && keyword !== "anyOf") || instancePath.startsWith(`${union}/`));
  return errors
    .filter((error) => !inside(error))
    .map((error) => ({
      where,
      at: `${error.instancePath.replace(/\/\d+(?=\/|$)/g, "/*")}${missing(error)}`,
      keyword: error.keyword,
      message: describe(error, errors),
    }));
}

function describe(error: ErrorObject, all: ErrorObject[]): string {
  const own = `${error.message ?? error.keyword}${detail(error)}`;
  if (error.keyword !== "anyOf") return own;
  const branches = all.filter((each) => each !== error && each.instancePath.startsWith(error.instancePath)).slice(0, 6);
  return `${own} (${branches.map((each) => `${each.instancePath}: ${each.message}${detail(each)}`).join("; ")})`;
}

/** A missing property is named in the pointer, so that several at one place stay apart. */
function missing({ keyword, params }: ErrorObject): string {
  return keyword === "required" ? `/${String(asObject(params).missingProperty)}` : "";
}

function detail({ params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = asObject(params);
  if (typeof additionalProperty === "string") return ` "${additionalProperty}"`;
  return Array.isArray(allowedValues) ? ` ${allowedValues.slice(0, 12).join(" | ")}` : "";
}
