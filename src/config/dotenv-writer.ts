/** Who will read the file: Node's `--env-file` alone, or Next.js, which also expands `$` in what it has read. */
export type DotenvReader = "node" | "next";

/** A variable that the file cannot hold, and why. */
export interface RefusedVariable {
  name: string;
  rule: string;
}

export interface DotenvFile {
  /** The file: one variable a line, or more lines where a value has them. Empty without variables. */
  text: string;
  /** What is not in `text`. */
  refused: readonly RefusedVariable[];
}

/**
 * The text of a `.env` file that the reader takes back unchanged. The syntax has no way to escape a quote, so that some
 * values cannot be written; those are refused by name, and no other value is put in their place.
 */
export function writeDotenv(values: ReadonlyMap<string, string>, { reader }: { reader: DotenvReader }): DotenvFile {
  const lines: string[] = [];
  const refused: RefusedVariable[] = [];
  for (const [name, value] of values) {
    const rule = ruleBroken(name, value, reader);
    const written = rule === undefined ? SYNTAX[reader](value) : undefined;
    if (written === undefined) refused.push({ name, rule: rule ?? quotesAreOut(value, reader) });
    else lines.push(`${name}=${written}\n`);
  }
  return { text: lines.join(""), refused };
}

function quotesAreOut(value: string, reader: DotenvReader): string {
  if (reader === "node")
    return "no quote is left for a value that holds ', \" and `, or ' and ` with the characters \\n";
  if (value.endsWith("\\")) return "a backslash at the end would hide the quote that closes the value";
  return "no quote is left for a value that holds ', \" and `, or ' and ` with the characters \\n or \\r";
}

function ruleBroken(name: string, value: string, reader: DotenvReader): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return "a name has letters, digits and _ only, and starts with no digit";
  if (value.includes("\0")) return "no environment variable can hold a NUL character";
  if (value.includes("\r")) return "readers of the file drop or rewrite a carriage return";
  if (!value.isWellFormed()) return "half of a surrogate pair has no UTF-8 form";
  if (reader === "next" && (value.includes("\u2028") || value.includes("\u2029"))) {
    return "Next.js takes Unicode's line and paragraph separators for the end of a line";
  }
  return undefined;
}

const SYNTAX: Record<DotenvReader, (value: string) => string | undefined> = {
  node: quotedForNode,
  next: (value) => quotedForNext(value.replaceAll("$", "\\$")),
};

/** What stands without quotes for every reader. */
const BARE = /^[A-Za-z0-9_./:@%?+,=~-]+$/;

/** Node takes what is between two quotes as it is, but turns `\n` into a line's end between double ones. */
function quotedForNode(value: string): string | undefined {
  if (BARE.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"') && !value.includes("\\n")) return `"${value}"`;
  return value.includes("`") ? undefined : `\`${value}\``;
}

/**
 * Next.js reads with dotenv, to which a quote behind a backslash does not close the value, even where the value's last
 * character is that backslash and the next quote is another variable's.
 */
function quotedForNext(value: string): string | undefined {
  if (BARE.test(value)) return value;
  if (value.endsWith("\\")) return bareWithBackslash(value);
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"') && !/\\[nr]/.test(value)) return `"${value}"`;
  return value.includes("`") ? undefined : `\`${value}\``;
}

/** Without quotes dotenv takes the rest of the line, up to a `#`, and cuts blanks off both ends. */
function bareWithBackslash(value: string): string | undefined {
  const plain = !/[\n#]/.test(value) && !/^[\s'"`]/.test(value);
  return plain ? value : undefined;
}
