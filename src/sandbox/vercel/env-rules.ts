import type { Call } from "../emulator.ts";
import { teamOf } from "./account.ts";
import { type NewEnv, TARGETS } from "./env-body.ts";
import { BASE62 } from "./find-project.ts";
import { type EnvRecord, type ProjectRecord, stateOf, type Target } from "./state.ts";

/** Why one variable was refused; alone it is the whole answer, in a batch it stands under `failed`. */
export class EnvFailure extends Error {
  readonly status: number;
  readonly detail: Record<string, unknown> & { code: string };

  constructor(status: number, code: string, message: string, detail: Record<string, unknown>) {
    super(message);
    this.name = "EnvFailure";
    this.status = status;
    this.detail = { code, message, ...detail };
  }
}

/** Names that Vercel fills in itself. https://vercel.com/docs/environment-variables/system-environment-variables */
const SYSTEM_NAME =
  /^VERCEL(_ENV|_TARGET_ENV|_URL|_BRANCH_URL|_PROJECT_PRODUCTION_URL|_REGION|_DEPLOYMENT_ID|_PROJECT_ID|_OIDC_TOKEN|_GIT_.*)?$/;

type Scope = Pick<EnvRecord, "key" | "target" | "customEnvironmentIds" | "gitBranch">;

export function createEnv(
  call: Call,
  project: ProjectRecord,
  wanted: NewEnv,
  { upsert }: { upsert: boolean },
): EnvRecord {
  const scope = scopeOf(wanted);
  checkEnv(scope, wanted);
  const { envs } = stateOf(call.store);
  const clash = clashing(envs.list(), project.id, scope);
  const at = call.now.getTime();
  const { value, comment } = wanted;
  const type = typeFor(call, scope, wanted.type);
  if (clash) {
    const overwritable = upsert && sameScope(clash, scope) && (clash.type === "sensitive") === (type === "sensitive");
    if (!overwritable) throw taken(scope, clash, upsert);
    return Object.assign(clash, { value, type, comment, updatedAt: at });
  }
  const id = call.world.ids.text(16, BASE62);
  return envs.set(id, { id, projectId: project.id, ...scope, value, type, comment, createdAt: at, updatedAt: at });
}

/** A team's policy may make variables sensitive that were not meant to be. Inferred for everything but `development`. */
function typeFor({ store }: Call, { target }: Scope, type: EnvRecord["type"]): EnvRecord["type"] {
  const forced = teamOf(store).sensitiveVariables === "on" && !target.includes("development");
  return forced && type !== "system" ? "sensitive" : type;
}

export function patchEnv(call: Call, env: EnvRecord, changes: Partial<NewEnv>): EnvRecord {
  const { key = env.key, value = env.value, type = env.type, comment = env.comment } = changes;
  const { target = env.target, customEnvironmentIds = env.customEnvironmentIds, gitBranch = env.gitBranch } = changes;
  const scope = scopeOf({ key, target, customEnvironmentIds, gitBranch });
  // https://vercel.com/docs/environment-variables/sensitive-environment-variables: remove and add it again.
  if ((type === "sensitive") !== (env.type === "sensitive"))
    throw new EnvFailure(
      400,
      "BAD_REQUEST",
      "You cannot change the type of a Sensitive Environment Variable.",
      detailOf(scope),
    );
  checkEnv(scope, { type, value });
  const others = stateOf(call.store)
    .envs.list()
    .filter(({ id }) => id !== env.id);
  const clash = clashing(others, env.projectId, scope);
  if (clash) throw taken(scope, clash, false);
  return Object.assign(env, { ...scope, value, type, comment, updatedAt: call.now.getTime() });
}

function scopeOf({
  key,
  target = [],
  customEnvironmentIds = [],
  gitBranch,
}: Omit<NewEnv, "value" | "type" | "comment">): Scope {
  const ordered: Target[] = TARGETS.filter((one) => target.includes(one));
  return { key, target: ordered, customEnvironmentIds, gitBranch: gitBranch ?? undefined };
}

function checkEnv(scope: Scope, { type, value }: Pick<NewEnv, "type" | "value">): void {
  const { key, target, customEnvironmentIds, gitBranch } = scope;
  const fail = (code: string, message: string): never => {
    throw new EnvFailure(400, code, message, detailOf(scope));
  };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
    fail(
      "KEY_INVALID_CHARACTERS",
      "The name contains invalid characters. Only letters, digits, and underscores are allowed.",
    );
  if (key.length > 256) fail("KEY_INVALID_LENGTH", "The name is too long.");
  if (SYSTEM_NAME.test(key) && type !== "system")
    fail("RESERVED_ENV_VARIABLE", `The name of the Environment Variable is reserved: "${key}".`);
  if (target.length + customEnvironmentIds.length === 0)
    fail("MISSING_TARGET", "At least one target or custom environment is required.");
  if (gitBranch !== undefined && (target.length !== 1 || target[0] !== "preview"))
    fail("BAD_REQUEST", "A Git branch can only be given with the target preview.");
  if (type === "sensitive" && target.includes("development"))
    fail("BAD_REQUEST", "You cannot set a Sensitive Environment Variable's target to development.");
  if (type === "system" && value !== "")
    fail("SYSTEM_ENV_WITH_VALUE", "System Environment Variables cannot have a value.");
}

function clashing(envs: readonly EnvRecord[], projectId: string, scope: Scope): EnvRecord | undefined {
  const rivals = envs.filter(
    (one) => one.projectId === projectId && one.key === scope.key && one.gitBranch === scope.gitBranch,
  );
  return rivals.find((one) => sameScope(one, scope)) ?? rivals.find((one) => overlaps(one, scope));
}

function overlaps(a: Scope, b: Scope): boolean {
  return (
    a.target.some((one) => b.target.includes(one)) ||
    a.customEnvironmentIds.some((id) => b.customEnvironmentIds.includes(id))
  );
}

function sameScope(a: Scope, b: Scope): boolean {
  const text = ({ target, customEnvironmentIds }: Scope) => [...target, ...customEnvironmentIds].sort().join();
  return text(a) === text(b);
}

function taken(scope: Scope, clash: EnvRecord, upsert: boolean): EnvFailure {
  const message = `Another Environment Variable with the same Name and Environment exists in your project: "${scope.key}".`;
  const detail = { ...detailOf(scope), envVarId: clash.id };
  return upsert
    ? new EnvFailure(400, "ENV_CONFLICT", message, detail)
    : new EnvFailure(403, "ENV_ALREADY_EXISTS", message, detail);
}

function detailOf({ key, target, gitBranch }: Scope): Record<string, unknown> {
  return { key, envVarKey: key, target, ...(gitBranch ? { gitBranch } : {}) };
}
