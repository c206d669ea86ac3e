import { createHash } from "node:crypto";
import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody, readQuery } from "./body.ts";
import { newKey } from "./new-project.ts";
import { refuse } from "./refusals.ts";
import { type ApiKey, projectOf } from "./state.ts";

const name = z
  .string()
  .min(4)
  .max(64)
  .regex(/^[a-z_][a-z0-9_]+$/);
const rest = {
  description: z.string().nullish(),
  secret_jwt_template: z.record(z.string(), z.unknown()).nullish(),
};
const NewKey = z.object({ type: z.enum(["publishable", "secret"]), name, ...rest });
const KeyChange = z.object({ name: name.optional(), ...rest });

function shown(key: ApiKey, call: Call) {
  const secretHidden = key.type === "secret" && call.query.get("reveal") !== "true";
  return {
    id: key.id,
    name: key.name,
    type: key.type,
    // That a value that is not revealed shows its beginning only is inferred.
    api_key: secretHidden ? `${key.key.slice(0, 15)}${"·".repeat(6)}` : key.key,
    prefix: key.key.slice(0, 15),
    hash: createHash("sha256").update(key.key).digest("base64url"),
    description: key.description,
    secret_jwt_template: key.secretJwtTemplate,
    inserted_at: key.type === "legacy" ? null : key.insertedAt,
    updated_at: key.type === "legacy" ? null : key.updatedAt,
  };
}

function keyOf(call: Call): ApiKey {
  const key = projectOf(call).keys.find(({ id }) => id === call.params.id);
  if (!key) throw refuse(404, "API key not found");
  return key;
}

const keyPath = "/v1/projects/{ref}/api-keys/{id}" as const;

export const apiKeyRoutes = [
  defineRoute("GET /v1/projects/{ref}/api-keys", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: projectOf(call).keys.map((key) => shown(key, call)) }),
  }),
  defineRoute("POST /v1/projects/{ref}/api-keys", {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      const { type, name: keyName, description, secret_jwt_template: template } = readBody(call, NewKey);
      // That names are unique per type is inferred.
      if (project.keys.some((key) => key.type === type && key.name === keyName))
        throw refuse(400, `name: an API key named ${keyName} already exists`);
      const key = newKey({ type, name: keyName, now: call.now, ids: call.world.ids, description, template });
      project.keys.push(key);
      return { status: 201, json: shown(key, call) };
    },
  }),
  defineRoute("GET /v1/projects/{ref}/api-keys/legacy", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: { enabled: projectOf(call).legacyKeysEnabled } }),
  }),
  defineRoute("PUT /v1/projects/{ref}/api-keys/legacy", {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      const enabled = readQuery(call, "enabled", z.enum(["true", "false"])) === "true";
      project.legacyKeysEnabled = enabled;
      return { status: 200, json: { enabled } };
    },
  }),
  defineRoute(`GET ${keyPath}`, {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: shown(keyOf(call), call) }),
  }),
  defineRoute(`PATCH ${keyPath}`, {
    evidence: "contract",
    handle(call) {
      const key = keyOf(call);
      const change = readBody(call, KeyChange);
      if (change.name !== undefined) key.name = change.name;
      if (change.description !== undefined) key.description = change.description;
      if (change.secret_jwt_template !== undefined) key.secretJwtTemplate = change.secret_jwt_template;
      key.updatedAt = call.now.toISOString();
      return { status: 200, json: shown(key, call) };
    },
  }),
  defineRoute(`DELETE ${keyPath}`, {
    evidence: "contract",
    handle(call) {
      const key = keyOf(call);
      const project = projectOf(call);
      project.keys = project.keys.filter((other) => other !== key);
      return { status: 200, json: shown(key, call) };
    },
  }),
];
