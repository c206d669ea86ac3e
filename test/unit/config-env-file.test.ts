import { expect, test } from "vitest";
import { parseEnvFile } from "../../src/config/env-file.ts";

const read = (text: string) => Object.fromEntries(parseEnvFile(text).values);

test.each([
  ["a byte-order mark is no part of the first key", "\uFEFFA=1\nB=2", { A: "1", B: "2" }],
  ["blanks behind the equals sign do not swallow the next line", "A= \nB=2", { A: "", B: "2" }],
  ["tabs neither", "A=\t\nB=2", { A: "", B: "2" }],
  ["nor at the end of a Windows line", "A= \r\nB=2\r\n", { A: "", B: "2" }],
  ["blanks in front of a value go", "A =  1 ", { A: "1" }],
  ["export is a word of the shell", "export A=1", { A: "1" }],
  ["quotes keep blanks, hashes and line ends", 'A=" 1 # x"\nB="p\nq"', { A: " 1 # x", B: "p\nq" }],
  ["a line inside quotes is no variable, and keeps its blanks", 'A="x\nB= 1\ny"\nC=2', { A: "x\nB= 1\ny", C: "2" }],
  ["a quote that never closes is a character", 'A="x\nB=1', { A: '"x', B: "1" }],
  ["comments are left out", "# A=1\nB=2 # two", { B: "2" }],
])("%s", (_name, text, values) => expect(read(text)).toEqual(values));

test("a key on two lines is found, with the lines that it is on", () => {
  const { duplicates, values } = parseEnvFile("A=1\nB=2\n\nexport A=3\n");
  expect(duplicates).toEqual([{ name: "A", lines: [1, 4] }]);
  expect(values.get("A")).toBe("3");
});

test("what looks like a key inside a quoted value is no second one", () => {
  expect(parseEnvFile('A=1\nB="x\nA=2\n"\n').duplicates).toEqual([]);
});
