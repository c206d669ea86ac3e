import { expect, test } from "vitest";
import { type AnyCommand, defineCommand, shared } from "../../src/cli/command.ts";
import { exit } from "../../src/cli/exit.ts";
import { UserError } from "../../src/user-error.ts";
import { runLine } from "../helpers/command-line.ts";

const greet = defineCommand({
  name: "greet",
  about: "Greets somebody",
  examples: ["mais greet start --stack dev"],
  options: {
    stack: shared.stackOrDev,
    tone: { type: "string", value: "TONE", choices: ["warm", "cold"], about: "How" },
    loud: { type: "boolean", about: "In capitals" },
  },
  positionals: [{ name: "action", about: "What", choices: ["start", "stop"], required: true }],
  async run({ stack, tone, loud }, { out, positionals, sandbox }) {
    out.note("greeting");
    out.result({ schema: "mais.greet/1", stack, tone, loud, sandbox, action: positionals[0] }, `hello ${stack}`);
    return exit.ok;
  },
});

const echo = defineCommand({
  name: "echo",
  about: "Passes everything on",
  examples: ["mais echo --anything"],
  options: {},
  passThrough: true,
  async run(_values, { out, rest, sandbox }) {
    out.result({ schema: "mais.echo/1", rest, sandbox }, rest.join("|"));
    return 42;
  },
});

const failing = (error: unknown): AnyCommand =>
  defineCommand({
    name: "fail",
    about: "Fails",
    examples: ["mais fail"],
    options: {},
    run: () => Promise.reject(error),
  });

const commands = { greet: async () => greet, echo: async () => echo };

test("the text goes to stdout, everything else to stderr", async () => {
  expect(await runLine(commands, ["greet", "start"])).toEqual({
    code: 0,
    stdout: "hello dev\n",
    stderr: "greeting\n",
  });
});

test("--json prints one document and nothing else on stdout, with global options on either side of the name", async () => {
  const expected = { schema: "mais.greet/1", stack: "prod", tone: "warm", loud: true, sandbox: true, action: "stop" };
  const own = ["stop", "-s", "prod", "--tone=warm", "--loud"];
  for (const args of [
    ["--json", "--sandbox", "greet", ...own],
    ["greet", ...own, "--sandbox", "--json"],
  ]) {
    const ran = await runLine(commands, args);
    expect(JSON.parse(ran.stdout)).toEqual(expected);
  }
});

test("every mistake in the arguments is named at once, with the nearest known option", async () => {
  const ran = await runLine(commands, ["greet", "strat", "--stak", "dev", "--tone", "warn", "--loud=yes"]);
  expect(ran.code).toBe(exit.usage);
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toContain("unknown option --stak; did you mean --stack?");
  expect(ran.stderr).toContain('--tone is one of warm, cold, not "warn"; did you mean warm?');
  expect(ran.stderr).toContain("--loud takes no value");
  expect(ran.stderr).toContain('action is one of start, stop, not "strat"; did you mean start?');
  expect(ran.stderr).toContain("mais greet --help");
});

test("an option that swallows the next option is a forgotten value", async () => {
  const ran = await runLine(commands, ["greet", "start", "--stack", "--json"]);
  expect(ran.code).toBe(exit.usage);
  expect(ran.stderr).toContain("--stack needs a value: --stack NAME");
});

test("a missing word and a word too many are named", async () => {
  expect((await runLine(commands, ["greet"])).stderr).toContain("action is needed: start, stop");
  expect((await runLine(commands, ["greet", "start", "now"])).stderr).toContain('unexpected argument "now"');
});

test("an unknown command names the nearest one", async () => {
  const ran = await runLine(commands, ["gret"]);
  expect(ran.code).toBe(exit.usage);
  expect(ran.stderr).toContain("Did you mean: mais greet");
});

test("an option of a command before its name is refused, not ignored", async () => {
  const ran = await runLine(commands, ["--stack=dev", "greet", "start"]);
  expect(ran.code).toBe(exit.usage);
  expect(ran.stderr).toContain("unknown option --stack");
});

test("a pass-through command gets its arguments untouched and its code comes back", async () => {
  const ran = await runLine(commands, ["--sandbox", "echo", "up", "--help", "--json", "--unknown", "-x", "--", "a b"]);
  expect(ran).toEqual({ code: 42, stdout: "up|--help|--json|--unknown|-x|--|a b\n", stderr: "" });
});

test("help comes from the declaration", async () => {
  for (const args of [
    ["greet", "--help"],
    ["greet", "-h"],
    ["help", "greet"],
    ["--help", "greet"],
  ]) {
    const ran = await runLine(commands, args);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("Usage: mais greet <action> [options]");
    expect(ran.stdout).toContain("--tone TONE");
    expect(ran.stdout).toContain("How (warm, cold)");
    expect(ran.stdout).toContain("  mais greet start --stack dev");
  }
  for (const args of [[], ["--help"], ["help"]]) {
    expect((await runLine(commands, args)).stdout).toMatch(/^ {2}greet +Greets somebody$/m);
  }
});

test("a failure that users can act on is its message and advice, with its own exit code", async () => {
  const error = new UserError("The lake is dry.", { advice: ["Wait for rain.", "Or dig."], exit: exit.deploy });
  const ran = await runLine({ fail: async () => failing(error) }, ["fail", "--json"]);
  expect(ran.code).toBe(exit.deploy);
  expect(ran.stderr).toBe("error: The lake is dry.\n  Wait for rain.\n  Or dig.\n");
  expect(JSON.parse(ran.stdout)).toEqual({
    schema: "mais.error/1",
    message: "The lake is dry.",
    advice: ["Wait for rain.", "Or dig."],
  });
});

test("a stack trace is shown with --debug only", async () => {
  const table = { fail: async () => failing(new Error("a bug")) };
  const quiet = await runLine(table, ["fail"]);
  expect(quiet).toEqual({ code: 1, stdout: "", stderr: "error: a bug\n  Run again with --debug to see where.\n" });
  for (const args of [
    ["fail", "--debug"],
    ["--debug", "fail"],
  ]) {
    expect((await runLine(table, args)).stderr).toMatch(/^ {4}at /m);
  }
});

test("colours are for terminals, and NO_COLOR and CI turn them off", async () => {
  const table = { fail: async () => failing(new Error("red")) };
  const red = "\u001b[31m";
  expect((await runLine(table, ["fail"], { terminal: true })).stderr).toContain(red);
  expect((await runLine(table, ["fail"])).stderr).not.toContain(red);
  expect((await runLine(table, ["fail"], { terminal: true, env: { NO_COLOR: "1" } })).stderr).not.toContain(red);
  expect((await runLine(table, ["fail"], { terminal: true, env: { CI: "true" } })).stderr).not.toContain(red);
});

const named = (name: string) => async () =>
  defineCommand({
    name,
    about: `Does ${name}`,
    examples: [`mais ${name}`],
    options: { loud: { type: "boolean", about: "In capitals" } },
    positionals: [{ name: "key", about: "Which" }],
    async run({ loud }, { out, positionals, json }) {
      out.result({ schema: "mais.named/1", name, loud, json, positionals }, name);
      return exit.ok;
    },
  });
const grouped = { ...commands, "env list": named("env list"), "env set": named("env set"), list: named("list") };

test("a command of a group is named by two words, and takes what follows", async () => {
  const ran = await runLine(grouped, ["--json", "env", "set", "KEY", "--loud"]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ name: "env set", loud: true, positionals: ["KEY"] });
  expect((await runLine(grouped, ["list"])).stdout).toBe("list\n");
});

test("a group lists its commands: asked for help with success, without a command as a mistake", async () => {
  for (const args of [
    ["env", "--help"],
    ["help", "env"],
    ["--help", "env"],
  ]) {
    const ran = await runLine(grouped, args);
    expect(ran.code).toBe(exit.ok);
    expect(ran.stdout).toContain("env set");
    expect(ran.stdout).not.toContain("greet");
  }
  expect((await runLine(grouped, ["env"])).code).toBe(exit.usage);
  expect((await runLine(grouped, ["help", "env", "set"])).stdout).toContain("Usage: mais env set [key] [options]");
  expect((await runLine(grouped, ["env", "list", "--help"])).stdout).toContain("--loud");
});

test("an unknown command of a group is named with the nearest one", async () => {
  const ran = await runLine(grouped, ["env", "lst"]);
  expect(ran.code).toBe(exit.usage);
  expect(ran.stderr).toContain('There is no command "env lst".');
  expect(ran.stderr).toContain("Did you mean: mais env list");
  expect((await runLine(grouped, ["env", "qqqqqqq"])).stderr).toContain("See the commands: mais env --help");
});
