import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../packages/plugin-host/providers.ts";
import { credentialProblems } from "../../packages/provider-kit/connect.ts";
import { commands } from "../../src/cli/main.ts";
import { stopSandbox } from "../../src/ops/sandbox.ts";
import { SHELLS, shellLines, toolVariables } from "../../src/ops/sandbox-proxy.ts";
import { CREDENTIALS } from "../../src/sandbox/address.ts";
import { runLine } from "../helpers/command-line.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const execute = promisify(execFile);

/** A request by a program that knows of the sandbox what its environment says, and no more. */
const PROGRAM = `
  const answer = await fetch("https://api.render.com/v1/owners", {
    headers: { authorization: "Bearer " + process.env.RENDER_API_KEY },
  });
  const besides = await fetch("https://example.com").then(() => "reached", ({ cause }) => cause.message);
  console.log(JSON.stringify({ status: answer.status, besides }));`;

test("the printed lines, evaluated by a shell, lead an unmodified program to the sandbox and nowhere else", async () => {
  using folder = temporaryFolder();
  // A path with all that a shell could take for something else.
  const dir = join(folder.path, 'it\'s $HOME `here` \\ "too"');
  mkdirSync(dir);
  const run = (...args: string[]) => runLine(commands, ["sandbox", ...args], { env: { MAIS_SANDBOX_DIR: dir } });
  try {
    const { code, stdout, stderr } = await run("proxy");
    expect(code).toBe(0);
    expect(stderr).toContain("every other host is refused");
    const unset = { PATH: process.env.PATH, NO_PROXY: "api.render.com", no_proxy: "*" };
    const shell = async (script: string) => (await execute("sh", ["-c", script, "sh", stdout], { env: unset })).stdout;
    const program = ["eval", '"$1"', "&&", process.execPath, "--input-type=module", "-e", `'${PROGRAM}'`].join(" ");
    const seen = JSON.parse(await shell(program));
    // What Node says of a refused tunnel differs from version to version; the log below names the host.
    expect([seen.status, seen.besides === "reached"]).toEqual([200, false]);
    const file = await shell('eval "$1" && printf %s "$SSL_CERT_FILE"');
    expect(file).toBe(join(dir, "proxy", "ca.pem"));
    expect([
      statSync(join(dir, "proxy", "ca-key.pem")).mode & 0o777,
      statSync(join(dir, "proxy")).mode & 0o777,
    ]).toEqual([0o600, 0o700]);

    const { variables, schema, url } = JSON.parse((await run("proxy", "--json")).stdout);
    expect([schema, variables.HTTPS_PROXY, variables.https_proxy]).toEqual(["mais.sandbox.proxy/1", url, url]);
    expect([variables.NO_PROXY, variables.no_proxy, variables.NODE_USE_ENV_PROXY]).toEqual(["", "", "1"]);
    for (const name of ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"])
      expect(variables[name]).toBe(file);
    const log = readFileSync(join(dir, "requests.log"), "utf8");
    expect(log).toContain('"vendor":"proxy","method":"CONNECT","path":"example.com:443","status":403');
    expect(log).not.toContain("sandbox_render");

    // It ends with the sandbox; a sandbox that starts over does not bring it back until it is asked for, then where it was.
    await run("stop");
    await expect(fetch(url)).rejects.toThrow();
    await run("start");
    await expect(fetch(url)).rejects.toThrow();
    expect(JSON.parse((await run("proxy", "--json")).stdout).url).toBe(url);
    expect((await fetch(url)).status).toBe(400);
  } finally {
    await stopSandbox(dir);
  }
  expect(existsSync(join(dir, "address.json"))).toBe(false);
});

test("each shell's quoting keeps every character of a value", async () => {
  const values = { A: "", B: "it's", C: 'a\\b \\\' $HOME `x` "y" !z', D: "two\nlines" };
  const lines = shellLines(values, "posix");
  const print = `${lines}\nprintf '%s|' "$A" "$B" "$C" "$D"`;
  expect((await execute("sh", ["-c", print])).stdout).toBe(`${Object.values(values).join("|")}|`);
  expect(shellLines(values, "fish").split("\n").slice(0, 3)).toEqual([
    "set -gx A ''",
    "set -gx B 'it\\'s'",
    `set -gx C 'a\\\\b \\\\\\' $HOME \`x\` "y" !z'`,
  ]);
});

test("a live run in such a shell sends none of its credentials to a vendor", async () => {
  const url = "http://127.0.0.1:9";
  const address = {
    schema: "mais.sandbox/1",
    url,
    pid: 1,
    controlToken: "x",
    credentials: { ...CREDENTIALS },
  } as const;
  const proxy = {
    schema: "mais.sandbox.proxy-address/1",
    url,
    certificate: "/ca.pem",
    expires: "",
    hosts: [],
  } as const;
  const variables = toolVariables(address, proxy);
  for (const [vendor, load] of Object.entries(PROVIDERS)) {
    const provider = await load();
    const said = credentialProblems(provider, variables);
    expect([vendor, said.length]).toEqual([vendor, Object.keys(provider.credentials).length]);
    for (const problem of said) expect(problem).toMatch(/is the sandbox's; it is never sent/);
  }
});

test("an unknown shell is refused with those that there are", async () => {
  const { code, stdout, stderr } = await runLine(commands, ["sandbox", "proxy", "--shell", "cmd"]);
  expect([code, stdout]).toEqual([2, ""]);
  for (const shell of SHELLS) expect(stderr).toContain(shell);
});
