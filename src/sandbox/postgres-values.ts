/** Types by their object id, from PostgreSQL's catalogue `pg_type`. */
const BOOLEAN = 16;
const BIGINT = 20;
const NUMBERS = [21, 23, 26, 700, 701];
const JSON_TYPES = [114, 3802];
/** Array types with the type of their elements. */
const ARRAYS: Record<number, number> = {
  ...{ 199: 114, 1000: 16, 1005: 21, 1007: 23, 1009: 25, 1015: 1043, 1016: 20, 1021: 700, 1022: 701 },
  ...{ 1182: 1082, 1115: 1114, 1185: 1184, 1231: 1700, 2951: 2950, 3807: 3802 },
};

/** A value's text as JSON shows it; what JSON has no form for (dates, numeric) stays text. */
export function fromText(type: number, text: string): unknown {
  if (type === BOOLEAN) return text === "t";
  if (NUMBERS.includes(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === BIGINT) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (JSON_TYPES.includes(type)) return JSON.parse(text);
  const element = ARRAYS[type];
  return element === undefined ? text : readArray(text, element);
}

/** Undefined for null. */
export function toText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return writeArray(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function writeArray(values: readonly unknown[]): string {
  const written = values.map((value) => {
    if (Array.isArray(value)) return writeArray(value);
    const text = toText(value);
    return text === undefined ? "NULL" : `"${text.replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${written.join(",")}}`;
}

/** `{1,NULL,"a \"b\"",{2}}`, with an optional `[0:2]=` before it. */
function readArray(text: string, element: number): unknown[] {
  const stack: unknown[][] = [[]];
  const tokens = /[{},]|"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs;
  for (const [token, quoted, bare] of text.slice(text.indexOf("{")).matchAll(tokens)) {
    const current = stack.at(-1) ?? [];
    if (token === "{") {
      const inner: unknown[] = [];
      current.push(inner);
      stack.push(inner);
    } else if (token === "}") stack.pop();
    else if (quoted !== undefined) current.push(fromText(element, quoted.replace(/\\(.)/gs, "$1")));
    else if (bare !== undefined) current.push(bare === "NULL" ? null : fromText(element, bare));
  }
  const [outer] = stack[0] ?? [];
  return Array.isArray(outer) ? outer : [];
}
