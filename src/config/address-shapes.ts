import { isPlaceholder } from "./placeholder.ts";
import { allowed, form, type Shape, shape } from "./shape.ts";

const NOT_PLACEHOLDER = "expected a value of your own, not a placeholder";

/** A URL as Node reads it; undefined if it is none. */
function parse(value: string): URL | undefined {
  return URL.parse(value) ?? undefined;
}

/** `localhost`, its subdomains, the loopback addresses and the address that stands for "this machine". */
export function isThisMachine(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    /^127(\.\d+){3}$/.test(name) ||
    ["0.0.0.0", "::1", "::"].includes(name)
  );
}

/** A connection string: one of the schemes, a host and, for a database, its name. */
function connection(schemes: readonly string[], words: string, hasName: boolean): readonly ReturnType<typeof form>[] {
  const scheme = (value: string) => schemes.some((name) => value.startsWith(`${name}://`));
  const spelt = schemes.map((name) => `${name}://`).join(" or ");
  const name = (value: string) => !hasName || (parse(value)?.pathname.replace(/^\/+/, "") ?? "") !== "";
  return [
    form((value) => !isPlaceholder(value), NOT_PLACEHOLDER),
    form(scheme, `expected ${words}, which starts with ${spelt}`),
    form((value) => !/\s/.test(value) && (parse(value)?.hostname ?? "") !== "", `expected ${words} with a host`),
    form(name, `expected ${words} with a database name after the host`),
  ];
}

export function postgresAddress(where: "anywhere" | "remote"): Shape {
  const words = "postgresql://user:password@host:port/database";
  const rules = connection(["postgresql", "postgres"], words, true);
  return shape(words, ...rules, ...elsewhere(where));
}

export function redisAddress(where: "anywhere" | "remote"): Shape {
  const words = "rediss://user:password@host:port";
  return shape(words, ...connection(["rediss", "redis"], words, false), ...elsewhere(where));
}

function elsewhere(where: "anywhere" | "remote") {
  if (where === "anywhere") return [];
  const rule = "expected a host that prod's services can reach, not this machine";
  return [allowed((value) => !isThisMachine(parse(value)?.hostname ?? ""), rule)];
}

/** An address that browsers or services call. `public` refuses http and this machine. */
export function webAddress(reach: "any" | "public"): Shape {
  const words = reach === "public" ? "an https:// address" : "an http:// or https:// address";
  const holds = (value: string) =>
    !/\s/.test(value) && /^https?:\/\//.test(value) && (parse(value)?.hostname ?? "") !== "";
  const rules = [form((value: string) => !isPlaceholder(value), NOT_PLACEHOLDER), form(holds, `expected ${words}`)];
  return shape(words, ...rules, ...(reach === "public" ? publicRules((value) => [value]) : []));
}

/** What the cors package takes: origins, separated by commas, or `*`. */
export function origins(reach: "any" | "public"): Shape {
  const words = reach === "public" ? "https:// origins, separated by commas" : "origins, separated by commas, or *";
  const list = (value: string) => value.split(",").map((entry) => entry.trim());
  const rules = [
    form((value: string) => !isPlaceholder(value), NOT_PLACEHOLDER),
    form(
      (value: string) => list(value).every(isOrigin),
      `expected ${words}; an origin is scheme and host, with no path and no slash at the end`,
    ),
  ];
  if (reach === "any") return shape(words, ...rules);
  const wildcard = allowed((value) => !value.includes("*"), "expected named origins: * lets every site call the API");
  return shape(words, ...rules, wildcard, ...publicRules(list));
}

/** `*` alone and `https://*.host` are well formed, and refused where it matters. */
function isOrigin(entry: string): boolean {
  if (entry === "*") return true;
  const url = parse(entry.replace("://*.", "://wildcard."));
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.origin === entry.replace("://*.", "://wildcard.").toLowerCase()
  );
}

function publicRules(addresses: (value: string) => readonly string[]) {
  return [
    allowed(
      (value) => addresses(value).every((entry) => entry.startsWith("https://")),
      "expected https://, not http://",
    ),
    allowed(
      (value) => !addresses(value).some((entry) => isThisMachine(parse(entry)?.hostname ?? "")),
      "expected a public host, not this machine",
    ),
  ];
}

/**
 * Where errors are reported.
 *
 * @see https://docs.sentry.io/concepts/key-terms/dsn-explainer/
 */
export function sentryDsn(): Shape {
  const words = "https://<public key>@<host>/<project number>";
  const isDsn = (value: string) => {
    const url = /\s/.test(value) ? undefined : parse(value);
    return (
      url?.protocol === "https:" && /^\w+$/.test(url.username) && url.hostname !== "" && /\/\d+$/.test(url.pathname)
    );
  };
  return shape(
    words,
    // The documentation's own example key.
    form((value) => !isPlaceholder(value) && !/examplePublicKey/i.test(value), NOT_PLACEHOLDER),
    form(isDsn, `expected ${words}`),
  );
}
