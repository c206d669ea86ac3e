import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/main.ts";
import { exit } from "../../src/user-error.ts";
import { runLine } from "../helpers/command-line.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const PROD = readFileSync(join(ROOT, "test/fixtures/prod.env"), "utf8");

/** A checkout with stack files only: validate must need no more. */
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "mais-validate-"));
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml", "test/fixtures"]) {
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const validate = (args: string[], env: Record<string, string> = {}) =>
  runLine(commands, ["validate", ...args], { root, env: { PULUMI_HOME: root, ...env } });

function write(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return name;
}

describe("a file alone", () => {
  test.each(["dev", "staging", "prod"])("the fixture for %s holds", async (stack) => {
    const { code, stdout } = await validate(["--stack", stack, "--env-file", `test/fixtures/${stack}.env`, "--json"]);
    expect(JSON.parse(stdout)).toEqual({ schema: "mais.validate/1", stack, ok: true, problems: [], defaults: [] });
    expect(code).toBe(exit.ok);
  });

  test("problems come as one document, with exit code 2", async () => {
    const text = PROD.replace(/^SENTRY_DSN=.*$/m, "")
      .replace("LOG_LEVEL=info\n", "")
      .replace("sk_live_", "sk_test_");
    const { code, stdout, stderr } = await validate([
      "--stack",
      "prod",
      "--env-file",
      write("bad.env", text),
      "--json",
    ]);
    expect(JSON.parse(stdout)).toEqual({
      schema: "mais.validate/1",
      stack: "prod",
      ok: false,
      problems: [
        {
          variable: "STRIPE_SECRET_KEY",
          kind: "forbidden",
          message:
            "expected a live key (sk_live_… or rk_live_…): a test key charges nobody; from bad.env; used by api, worker",
          fix: "Set STRIPE_SECRET_KEY in bad.env; get it from Stripe > Developers > API keys",
        },
        {
          variable: "SENTRY_DSN",
          kind: "missing",
          message: "Where errors are reported; used by api, worker, cron, web",
          fix: "Set SENTRY_DSN in bad.env; get it from Sentry > Project > Client Keys (DSN)",
        },
      ],
      defaults: [{ variable: "LOG_LEVEL", value: "info" }],
    });
    expect([code, stderr]).toEqual([exit.usage, ""]);
  });

  test("for people, the way to judge again names the file", async () => {
    const { stdout } = await validate(["--stack", "dev", "--env-file", write("empty.env", "")]);
    expect(stdout.split("\n")[0]).toBe("Configuration for dev has 4 problems. Nothing was changed.");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("Then run: mais validate --stack dev --env-file empty.env");
  });

  test("settings are not consulted", async () => {
    const { code } = await validate(["--stack", "prod", "--env-file", "test/fixtures/prod.env"], {
      PULUMI_BACKEND_URL: "file://.",
    });
    expect(code).toBe(exit.ok);
  });

  test("the process environment gives nothing", async () => {
    const { stdout } = await validate(["--stack", "dev", "--env-file", write("none.env", ""), "--json"], {
      NODE_ENV: "development",
    });
    expect(JSON.parse(stdout).problems[0]).toMatchObject({ variable: "NODE_ENV", kind: "missing" });
  });

  test("a file that is not there is named, with what to do", async () => {
    const { code, stderr } = await validate(["--stack", "dev", "--env-file", "gone.env"]);
    expect(stderr).toContain("gone.env cannot be judged: expected a file of variables, found no such file.");
    expect(stderr).toContain(".env.example");
    expect(code).toBe(exit.usage);
  });
});

describe("a whole environment", () => {
  test("dev holds as the repository comes, on the sandbox", async () => {
    const { code, stdout } = await validate(["--stack", "dev", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      defaults: [
        { variable: "API_PORT", value: "3001" },
        { variable: "DATABASE_POOL_SIZE", value: "5" },
      ],
    });
    expect(code).toBe(exit.ok);
  });

  test("prod names its examples and what nobody gave", async () => {
    const { code, stdout } = await validate(["--stack", "prod", "--json"]);
    const { problems } = JSON.parse(stdout) as { problems: { variable: string; kind: string }[] };
    expect(problems.map(({ variable }) => variable)).toEqual([
      ...[
        "domains.api",
        "domains.web",
        "domains.mail",
        "repository.url",
        "accounts.renderOwner",
        "accounts.vercelTeam",
      ],
      ...["accounts.supabaseOrganization", "accounts.upstashEmail", "accounts.stripeAccount", "alerts.emails.0"],
      ...["STRIPE_SECRET_KEY", "SENTRY_DSN"],
    ]);
    expect(code).toBe(exit.usage);
  });

  test("the file that MAIS_ENV_FILE names gives variables; with --sandbox the examples may stay", async () => {
    const { code, stdout } = await runLine(commands, ["--sandbox", "validate", "--stack", "prod"], {
      root,
      env: { MAIS_ENV_FILE: "test/fixtures/prod.env" },
    });
    expect([code, stdout]).toEqual([exit.ok, "Configuration for prod holds.\n"]);
  });

  test("live state inside the checkout is refused", async () => {
    const { stdout } = await validate(["--stack", "prod", "--json"], { PULUMI_BACKEND_URL: "file://./state" });
    expect(JSON.parse(stdout).problems).toContainEqual(
      expect.objectContaining({ variable: "state backend", kind: "forbidden" }),
    );
  });

  test("a stack file that is no YAML is named, without a stack trace", async () => {
    const broken = mkdtempSync(join(tmpdir(), "mais-validate-"));
    cpSync(join(ROOT, "Pulumi.yaml"), join(broken, "Pulumi.yaml"));
    writeFileSync(join(broken, "Pulumi.dev.yaml"), "config:\n  mais:target: [\n");
    const { code, stderr } = await runLine(commands, ["validate", "--stack", "dev"], { root: broken });
    rmSync(broken, { recursive: true });
    expect(stderr).toContain("Pulumi.dev.yaml");
    expect(stderr).not.toContain("    at ");
    expect(code).not.toBe(exit.ok);
  });
});

describe("the command line", () => {
  test("an unknown stack exits with 6 and proposes the nearest", async () => {
    const { code, stderr } = await validate(["--stack", "prd"]);
    expect(stderr).toBe(
      'error: There is no stack "prd". Did you mean prod?\n  Stacks are called dev, staging, prod.\n',
    );
    expect(code).toBe(exit.stackNotFound);
  });

  test("a stack must be named", async () => {
    const { code, stderr } = await validate([]);
    expect(stderr).toContain("--stack is needed");
    expect(code).toBe(exit.usage);
  });

  test("Node leaves --env-file to us when the program is started as installed", async () => {
    const mais = join(ROOT, "node_modules", ".bin", "mais");
    const args = ["validate", "--stack", "dev", "--env-file", join(root, "gone.env")];
    const failure = await promisify(execFile)(mais, args).catch((error: { code: number; stderr: string }) => error);
    expect(failure).toMatchObject({ code: exit.usage, stderr: expect.stringContaining("cannot be judged") });
  });
});
