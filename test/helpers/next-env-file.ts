/** A variable in dotenv's grammar: a name, then a quoted value over any number of lines, or the rest of the line. */
const ENTRY =
  /^\s*(?:export\s+)?([\w.-]+)\s*=[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)[^\n]*$/gm;

/**
 * What Next.js makes of an environment file: dotenv's grammar, then dotenv-expand, which puts variables in the place
 * of `$NAME` and turns `\$` into `$`. It was seen to read what `writeDotenv` makes as @next/env 16.4.6 does.
 *
 * @see https://nextjs.org/docs/app/guides/environment-variables#referencing-other-variables
 */
export function readAsNext(text: string): Map<string, string> {
  const raw = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(ENTRY)) raw.set(name, unquoted(value.trim()));
  return new Map([...raw].map(([name, value]) => [name, expanded(value, raw)]));
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === "'" || quote === '"' || quote === "`") && value.at(-1) === quote;
  if (!isQuoted) return value;
  const inner = value.slice(1, -1);
  return quote === '"' ? inner.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : inner;
}

function expanded(value: string, raw: ReadonlyMap<string, string>): string {
  const filled = value.replaceAll(/(?<!\\)\$\{?(\w+)(?::-([^}\\]*))?\}?/g, (_whole, name: string, other?: string) => {
    return raw.get(name) ?? other ?? "";
  });
  return filled.replaceAll("\\$", "$");
}
