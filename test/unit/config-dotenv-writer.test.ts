import { expect, test } from "vitest";
import { type DotenvReader, writeDotenv } from "../../src/config/dotenv-writer.ts";

const written = (value: string, reader: DotenvReader) => writeDotenv(new Map([["A", value]]), { reader }).text;

test.each([
  ["what every reader takes stands bare", "postgresql://u:p@h:5432/db?a=1", "postgresql://u:p@h:5432/db?a=1"],
  ["nothing is an empty pair of quotes", "", "''"],
  ["blanks at the ends and hashes are quoted", " a # b ", "' a # b '"],
  ["lines stay lines", "a\nb", "'a\nb'"],
  ["with an apostrophe the quotes are double", "it's", `"it's"`],
  ["with both kinds they are backticks", `'"`, "`'\"`"],
  ["\\n would become a line's end in double quotes", "'\\n", "`'\\n`"],
])("%s", (_name, value, text) => expect(written(value, "node")).toBe(`A=${text}\n`));

test("for Next.js each dollar is escaped, for Node it is no sign at all", () => {
  expect(written("a$B", "next")).toBe("A='a\\$B'\n");
  expect(written("a$B", "node")).toBe("A='a$B'\n");
});

test("each variable that cannot be written is named with the rule, and the others are written", () => {
  const values = new Map([
    ["GOOD", "1"],
    ["NUL", "a\0"],
    ["RETURN", "a\rb"],
    ["MIX", "'\"`"],
    ["BROKEN", "\ud800"],
    ["not a name", "1"],
  ]);
  expect(writeDotenv(values, { reader: "node" })).toEqual({
    text: "GOOD=1\n",
    refused: [
      { name: "NUL", rule: "no environment variable can hold a NUL character" },
      { name: "RETURN", rule: "readers of the file drop or rewrite a carriage return" },
      { name: "MIX", rule: "no quote is left for a value that holds ', \" and `, or ' and ` with the characters \\n" },
      { name: "BROKEN", rule: "half of a surrogate pair has no UTF-8 form" },
      { name: "not a name", rule: "a name has letters, digits and _ only, and starts with no digit" },
    ],
  });
});

test("for Next.js a backslash at the end goes without quotes or not at all", () => {
  expect(written("a b\\", "next")).toBe("A=a b\\\n");
  expect(writeDotenv(new Map([["A", "a#\\"]]), { reader: "next" }).refused).toEqual([
    { name: "A", rule: "a backslash at the end would hide the quote that closes the value" },
  ]);
});
