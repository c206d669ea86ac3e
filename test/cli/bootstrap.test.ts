import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Captured, capture } from "../../src/engine/capture.ts";
import { writeProgram } from "../helpers/fake-engine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");
const LOCK = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/other-platform": { version: "1.0.0", optional: true },
    "node_modules/linked": { resolved: "packages/linked", link: true },
    "packages/linked": { version: "0.1.0" },
  },
};

interface Checkout {
  path: string;
  install(packages: Record<string, unknown>): Promise<void>;
  /** Runs `program.mjs` through the bootstrap. */
  run(...args: string[]): Promise<Captured>;
  /** How often npm was asked, and for what. */
  asked(): Promise<string>;
}

/** A checkout whose npm notes what it is asked and then does `npm`. */
async function checkoutIn(folder: string, npm: string): Promise<Checkout> {
  const path = join(folder, "checkout");
  const notes = join(folder, "asked");
  await cp(join(root, "tools", "bootstrap"), join(path, "tools", "bootstrap"), { recursive: true });
  await writeFile(join(path, "package-lock.json"), JSON.stringify(LOCK));
  await writeFile(join(path, "program.mjs"), 'console.log("ran", ...process.argv.slice(2)); process.exitCode = 7;');
  await writeFile(notes, "");
  await writeProgram(folder, "npm", `echo "$@" >> '${notes}'\n${npm}`);
  return {
    path,
    async install(packages) {
      await mkdir(join(path, "node_modules"), { recursive: true });
      await writeFile(join(path, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
    },
    run: (...args) =>
      capture(process.execPath, [join(path, "tools", "bootstrap", "run.mjs"), "program.mjs", ...args], {
        env: { npm_execpath: join(folder, "npm") },
      }),
    asked: () => readFile(notes, "utf8"),
  };
}

const INSTALLED = { "node_modules/a": { version: "1.0.0" }, "node_modules/linked": { link: true } };

test("on a fresh clone packages are installed first, by the npm that runs the script", async () => {
  using folder = temporaryFolder();
  const installed = JSON.stringify({ packages: INSTALLED });
  const checkout = await checkoutIn(
    folder.path,
    `mkdir node_modules; echo '${installed}' > node_modules/.package-lock.json`,
  );
  const ran = await checkout.run("one", "two");
  expect(ran).toMatchObject({ code: 7, stdout: "ran one two\n" });
  expect(ran.stderr).toContain("Installing packages (npm ci)");
  await checkout.run();
  expect(await checkout.asked()).toBe("ci\n");
});

test("what is installed is compared with the lock file, packages of other platforms aside", async () => {
  using folder = temporaryFolder();
  const checkout = await checkoutIn(folder.path, "exit 0");
  await checkout.install(INSTALLED);
  await checkout.run();
  expect(await checkout.asked()).toBe("");
  await checkout.install({ ...INSTALLED, "node_modules/a": { version: "0.9.0" } });
  await checkout.run();
  await checkout.install({ "node_modules/a": { version: "1.0.0" } });
  await checkout.run();
  expect(await checkout.asked()).toBe("ci\nci\n");
});

test("a failed installation ends the run with what to do", async () => {
  using folder = temporaryFolder();
  const checkout = await checkoutIn(folder.path, "exit 3");
  const ran = await checkout.run();
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toContain("npm ci ended with exit code 3");
  expect(ran.stderr).toContain("npm 11 or newer");
});

test("the project's own Node is preferred to the one that started the script", async () => {
  using folder = temporaryFolder();
  const checkout = await checkoutIn(folder.path, "exit 0");
  await checkout.install(INSTALLED);
  const own = join(folder.path, "own");
  await writeProgram(own, "node", 'echo "own node: $3"');
  await symlink(own, join(checkout.path, "node_modules", ".bin"));
  expect((await checkout.run("x")).stdout).toBe("own node: x\n");
});

test("the bootstrap is plain JavaScript that needs nothing installed", async () => {
  for (const name of ["prepare", "run", "demo", "test"]) {
    const source = await readFile(join(root, "tools", "bootstrap", `${name}.mjs`), "utf8");
    const imported = [...source.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, specifier]) => specifier);
    expect(imported.filter((specifier) => !/^(node:|\.\/prepare\.mjs$)/.test(`${specifier}`))).toEqual([]);
  }
});
