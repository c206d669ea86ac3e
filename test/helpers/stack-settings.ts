import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Environment } from "../../src/config/environments.ts";
import { flattenConfig, readEnvFile } from "../../src/config/load.ts";

const ROOT = join(import.meta.dirname, "..", "..");

type Settings = Record<string, unknown>;

/** A tracked stack file's `config`, as a program gets it, with changes by dotted path (`mais:api.plan`); undefined removes. */
export function stackConfig(environment: Environment, changes: Settings = {}): Record<string, string> {
  const text = readFileSync(join(ROOT, `Pulumi.${environment}.yaml`), "utf8");
  const { config } = parse(text) as { config: Settings };
  for (const [path, value] of Object.entries(changes)) change(config, path, value);
  return flattenConfig(config);
}

/** The same with every placeholder replaced, so that a live run takes it. */
export function liveConfig(environment: Environment, changes: Settings = {}): Record<string, string> {
  return stackConfig(environment, {
    "mais:target": "live",
    "mais:domains": { api: "api.mais.app", web: "app.mais.app", mail: "mail.mais.app" },
    "mais:repository.url": "https://github.com/mais/app",
    "mais:accounts": {
      renderOwner: "tea-abcdefghij0123456789",
      vercelTeam: "team_abc123",
      supabaseOrganization: "mais",
      upstashEmail: "ops@mais.app",
      stripeAccount: "acct_1abc",
    },
    "mais:alerts.emails": ["ops@mais.app"],
    ...changes,
  });
}

/** The given variables of an environment. */
export function fixture(environment: Environment) {
  return readEnvFile(`test/fixtures/${environment}.env`, ROOT);
}

function change(config: Settings, path: string, value: unknown): void {
  const [key = "", ...rest] = path.split(".");
  if (rest.length > 0) change(config[key] as Settings, rest.join("."), value);
  else if (value === undefined) delete config[key];
  else config[key] = value;
}
