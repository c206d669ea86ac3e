import { createHash } from "node:crypto";
import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { USER } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { EnvIds, EnvPatch, NewEnv } from "./env-body.ts";
import { createEnv, EnvFailure, patchEnv } from "./env-rules.ts";
import { projectOf } from "./find-project.ts";
import { refusal } from "./refusals.ts";
import { type EnvRecord, type ProjectRecord, stateOf } from "./state.ts";

/** A sensitive value is never answered, an encrypted one only where decryption is asked for. */
function envWire(env: EnvRecord, decrypt: boolean): Record<string, unknown> {
  const { id, key, type, target, customEnvironmentIds, gitBranch, comment, createdAt, updatedAt } = env;
  const readable = type === "plain" || type === "system" || (type === "encrypted" && decrypt);
  const value = readable ? env.value : type === "sensitive" ? "" : cipher(env);
  return {
    ...{ id, key, type, target, customEnvironmentIds, createdAt, updatedAt, value, decrypted: readable },
    ...{ configurationId: null, createdBy: USER.id, updatedBy: null },
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** What an encrypted value looks like undecrypted: text that tells nothing. */
function cipher({ id, updatedAt }: EnvRecord): string {
  return createHash("sha256").update(`${id}/${updatedAt}`).digest("base64");
}

function envOf(call: Call, project: ProjectRecord): EnvRecord {
  const env = stateOf(call.store).envs.get(call.params.id ?? "");
  if (!env || env.projectId !== project.id)
    throw refusal(404, "ENV_NOT_FOUND", "The Environment Variable was not found.");
  return env;
}

/** One variable's refusal as the whole answer. */
function alone<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof EnvFailure)) throw error;
    const { code, message, ...detail } = error.detail;
    throw refusal(error.status, code, String(message), detail);
  }
}

const create = defineRoute("POST /v*/projects/{idOrName}/env", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/create-one-or-more-environment-variables",
  handle(call) {
    const project = projectOf(call);
    const upsert = call.query.get("upsert") === "true";
    if (!Array.isArray(call.body)) {
      const wanted = parseBody(NewEnv, call.body);
      const created = alone(() => createEnv(call, project, wanted, { upsert }));
      return { status: 201, json: { created: envWire(created, false), failed: [] } };
    }
    const created: EnvRecord[] = [];
    const failed: { error: unknown }[] = [];
    for (const wanted of parseBody(z.array(NewEnv), call.body)) {
      try {
        created.push(createEnv(call, project, wanted, { upsert }));
      } catch (error) {
        if (!(error instanceof EnvFailure)) throw error;
        failed.push({ error: error.detail });
      }
    }
    return { status: 201, json: { created: created.map((env) => envWire(env, false)), failed } };
  },
});

const list = defineRoute("GET /v*/projects/{idOrName}/env", {
  evidence: "contract",
  source:
    "https://vercel.com/docs/rest-api/reference/endpoints/projects/retrieve-the-environment-variables-of-a-project-by-id-or-name",
  handle(call) {
    const project = projectOf(call);
    const decrypt = call.query.get("decrypt") === "true";
    const [branch, custom] = [call.query.get("gitBranch"), call.query.get("customEnvironmentId")];
    const envs = stateOf(call.store)
      .envs.list()
      .filter(({ projectId }) => projectId === project.id)
      .filter(({ gitBranch }) => branch === null || gitBranch === undefined || gitBranch === branch)
      .filter(({ customEnvironmentIds }) => custom === null || customEnvironmentIds.includes(custom));
    const wire = envs.map((env) => ({ ...envWire(env, decrypt), system: env.type === "system", securityIssues: [] }));
    // Whether the real answer has pages is not established: the contract names both forms.
    return { status: 200, json: { envs: wire, pagination: { count: wire.length, next: null, prev: null } } };
  },
});

const get = defineRoute("GET /v*/projects/{idOrName}/env/{id}", {
  evidence: "contract",
  handle(call) {
    const env = envOf(call, projectOf(call));
    const { value, ...rest } = envWire(env, true);
    return { status: 200, json: env.type === "sensitive" ? rest : { ...rest, value } };
  },
});

const patch = defineRoute("PATCH /v*/projects/{idOrName}/env/{id}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/edit-an-environment-variable",
  handle(call) {
    const env = envOf(call, projectOf(call));
    const changes = parseBody(EnvPatch, call.body);
    return {
      status: 200,
      json: envWire(
        alone(() => patchEnv(call, env, changes)),
        false,
      ),
    };
  },
});

const remove = defineRoute("DELETE /v*/projects/{idOrName}/env/{id}", {
  evidence: "contract",
  handle(call) {
    const env = envOf(call, projectOf(call));
    stateOf(call.store).envs.delete(env.id);
    return { status: 200, json: envWire(env, false) };
  },
});

const removeMany = defineRoute("DELETE /v*/projects/{idOrName}/env", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/batch-remove-environment-variables",
  handle(call) {
    const project = projectOf(call);
    const { envs } = stateOf(call.store);
    // What the real one says of an id that is not there is unknown; here it does not count.
    const ids = parseBody(EnvIds, call.body).ids.filter((id) => envs.get(id)?.projectId === project.id);
    for (const id of ids) envs.delete(id);
    return { status: 200, json: { deleted: ids.length, ids } };
  },
});

export const envRoutes = [create, list, get, patch, remove, removeMany];
