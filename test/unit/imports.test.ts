import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");

/** Who may import whom; a folder may always import itself and packages from npm. */
const ARROWS: Record<string, readonly string[]> = {
  stacks: ["src/components", "src/config", "packages"],
  "src/components": ["packages", "src/config"],
  "src/config": ["stacks/variables.ts", "src/user-error.ts", "src/nearest.ts"],
  "src/sandbox": ["src/user-error.ts"],
  "src/engine": ["src/config", "src/user-error.ts", "src/progress.ts"],
  "src/ops": [
    "src/engine",
    "src/sandbox",
    "src/config",
    "packages",
    "src/user-error.ts",
    "src/progress.ts",
    "src/nearest.ts",
  ],
  "src/cli": ["src/ops", "src/config", "src/user-error.ts", "src/progress.ts", "src/nearest.ts"],
  "src/user-error.ts": [],
  "src/nearest.ts": [],
  "src/progress.ts": [],
  "packages/provider-kit": [],
  "packages/plugin-host": ["packages"],
  packages: ["packages/provider-kit"],
  policies: ["packages", "src/config"],
  tools: ["src/cli", "src/engine", "src/user-error.ts"],
  bench: ["src", "packages", "test/helpers"],
  chaos: ["src", "packages", "test/helpers", "test/conformance"],
};

const SOURCES = globSync("{stacks,src,packages,policies,tools,bench,chaos}/**/*.{ts,mjs}", {
  cwd: ROOT,
  exclude: (name) => name.includes("node_modules"),
});

function homeOf(file: string): string | undefined {
  return Object.keys(ARROWS)
    .filter((place) => file === place || file.startsWith(`${place}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const specifiers = source.matchAll(/(?:from|import\()\s*"([^"]+)"/g);
  return [...specifiers].flatMap(([, specifier = ""]) => {
    if (specifier.startsWith(".")) return [posix.normalize(posix.join(posix.dirname(file), specifier))];
    if (specifier.startsWith("@mais/provider-kit")) return ["packages/provider-kit"];
    const vendor = /^@pulumi\/(?!pulumi\b)(\w+)/.exec(specifier)?.[1];
    return vendor ? [`packages/${vendor}`] : [];
  });
}

/** `packages/render` for a file of a package: packages are places of their own. */
function placeOf(file: string): string {
  return file.startsWith("packages/") ? file.split("/").slice(0, 2).join("/") : (homeOf(file) ?? file);
}

test("imports go one way only", () => {
  const broken = SOURCES.flatMap((file) =>
    importsOf(file)
      .filter((target) => placeOf(target) !== placeOf(file))
      .filter(
        (target) =>
          !(ARROWS[homeOf(file) ?? ""] ?? []).some((place) => target === place || target.startsWith(`${place}/`)),
      )
      .map((target) => `${file} -> ${target}`),
  );
  expect(SOURCES.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

test("every source file has a place in the table", () => {
  expect(SOURCES.filter((file) => homeOf(file) === undefined)).toEqual([]);
});

test("the plugin never loads @pulumi/pulumi itself, only its protocol files", () => {
  const plugin = SOURCES.filter(
    (file) => file.startsWith("packages/") && !/provider-kit\/(resource|function|program)\.ts$/.test(file),
  );
  const loading = plugin.filter((file) =>
    /from "@pulumi\/pulumi(?!\/proto\/)[^"]*"/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  expect(loading).toEqual([]);
});

test("nothing imports test code", () => {
  const importing = SOURCES.filter(
    (file) => !/^(bench|chaos)\//.test(file) && importsOf(file).some((target) => target.startsWith("test/")),
  );
  expect(importing).toEqual([]);
});
