import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { invalid, notFound } from "./refusals.ts";
import { bodyOf, page, param, serviceOf } from "./request.ts";
import { withValues } from "./service-changes.ts";
import { SecretFiles, VariableKey, Variables, VariableValue } from "./service-input.ts";
import { generatedValue, type SecretFile, type Variable } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";
const byKey = ({ key }: Variable): string => key;
const byName = ({ name }: SecretFile): string => name;

/** Replaces the element with the same key, or appends. */
export function put<T>(all: T[], one: T, keyOf: (one: T) => string): T {
  const at = all.findIndex((other) => keyOf(other) === keyOf(one));
  if (at < 0) all.push(one);
  else all[at] = one;
  return one;
}

/** Takes the element out, or Render's 404. */
export function take<T>(all: T[], key: string, keyOf: (one: T) => string): void {
  const at = all.findIndex((other) => keyOf(other) === key);
  if (at < 0) throw notFound(key);
  all.splice(at, 1);
}

export function pick<T>(all: T[], key: string, keyOf: (one: T) => string): T {
  const found = all.find((one) => keyOf(one) === key);
  if (!found) throw notFound(key);
  return found;
}

/** The key in the path, or Render's 400 for one that no variable can have. */
export function keyOf(call: Call): string {
  const key = VariableKey.safeParse(param(call, "envVarKey"));
  if (key.success) return key.data;
  throw invalid(`${param(call, "envVarKey")}: ${key.error.issues[0]?.message}`);
}

const listVariables = defineRoute("GET /v1/services/{serviceId}/env-vars", {
  evidence: "contract",
  source: `${DOCS}/get-env-vars-for-service`,
  handle: (call) => ({ status: 200, json: page(call, "envVar", serviceOf(call).envVars.toReversed(), byKey) }),
});

const replaceVariables = defineRoute("PUT /v1/services/{serviceId}/env-vars", {
  evidence: "contract",
  source: `${DOCS}/update-env-vars-for-service`,
  handle(call) {
    const service = serviceOf(call);
    // `null` clears the list, seen in real traffic.
    service.envVars = call.body === null ? [] : withValues(call.world, bodyOf(call, Variables));
    // The answer comes in the request's order and whole; lists are newest first.
    const json = service.envVars.map((envVar) => ({ envVar, cursor: Buffer.from(envVar.key).toString("base64url") }));
    return { status: 200, json };
  },
});

const retrieveVariable = defineRoute("GET /v1/services/{serviceId}/env-vars/{envVarKey}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-env-var`,
  handle: (call) => ({ status: 200, json: pick(serviceOf(call).envVars, param(call, "envVarKey"), byKey) }),
});

const putVariable = defineRoute("PUT /v1/services/{serviceId}/env-vars/{envVarKey}", {
  evidence: "contract",
  source: `${DOCS}/update-env-var`,
  handle(call) {
    const service = serviceOf(call);
    const body = bodyOf(call, VariableValue);
    const value = "value" in body ? body.value : generatedValue(call.world);
    return { status: 200, json: put(service.envVars, { key: keyOf(call), value }, byKey) };
  },
});

const deleteVariable = defineRoute("DELETE /v1/services/{serviceId}/env-vars/{envVarKey}", {
  evidence: "contract",
  source: `${DOCS}/delete-env-var`,
  handle(call) {
    take(serviceOf(call).envVars, param(call, "envVarKey"), byKey);
    return { status: 204 };
  },
});

const listFiles = defineRoute("GET /v1/services/{serviceId}/secret-files", {
  evidence: "contract",
  source: `${DOCS}/list-secret-files-for-service`,
  handle: (call) => ({ status: 200, json: page(call, "secretFile", serviceOf(call).secretFiles.toReversed(), byName) }),
});

const replaceFiles = defineRoute("PUT /v1/services/{serviceId}/secret-files", {
  evidence: "contract",
  source: `${DOCS}/update-secret-files-for-service`,
  handle(call) {
    const service = serviceOf(call);
    service.secretFiles = call.body === null ? [] : bodyOf(call, SecretFiles);
    const json = service.secretFiles.map((file) => ({
      secretFile: file,
      cursor: Buffer.from(file.name).toString("base64url"),
    }));
    return { status: 200, json };
  },
});

export const FileContent = z.object({ content: z.string() });

const retrieveFile = defineRoute("GET /v1/services/{serviceId}/secret-files/{secretFileName}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-secret-file`,
  handle: (call) => ({ status: 200, json: pick(serviceOf(call).secretFiles, param(call, "secretFileName"), byName) }),
});

const putFile = defineRoute("PUT /v1/services/{serviceId}/secret-files/{secretFileName}", {
  evidence: "contract",
  source: `${DOCS}/add-or-update-secret-file`,
  handle(call) {
    const service = serviceOf(call);
    const { content } = bodyOf(call, FileContent);
    return { status: 201, json: put(service.secretFiles, { name: param(call, "secretFileName"), content }, byName) };
  },
});

const deleteFile = defineRoute("DELETE /v1/services/{serviceId}/secret-files/{secretFileName}", {
  evidence: "contract",
  source: `${DOCS}/delete-secret-file`,
  handle(call) {
    take(serviceOf(call).secretFiles, param(call, "secretFileName"), byName);
    return { status: 204 };
  },
});

export const variableRoutes = [
  listVariables,
  replaceVariables,
  retrieveVariable,
  putVariable,
  deleteVariable,
  listFiles,
  replaceFiles,
  retrieveFile,
  putFile,
  deleteFile,
];
