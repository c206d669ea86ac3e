import { createHash } from "node:crypto";
import { type Call, defineRoute } from "../emulator.ts";
import { AuthChange, FIELDS, RESTORED_BY_NULL, STARTING_VALUES } from "./auth-fields.ts";
import { readBody } from "./body.ts";
import { activeProjectOf, type Project, projectOf } from "./state.ts";

const SECRET = /_(secret|secrets|pass|token|access_key|api_key|api_secret)$/;

/** Secrets come back hashed. Source: the official provider, which therefore never compares them. */
function shown(project: Project): Record<string, unknown> {
  return Object.fromEntries(
    FIELDS.map((field) => {
      const set = Object.hasOwn(project.auth, field) ? project.auth[field] : STARTING_VALUES[field];
      const value = set ?? (RESTORED_BY_NULL.includes(field) ? STARTING_VALUES[field] : null);
      const hidden = SECRET.test(field) && typeof value === "string" && value !== "";
      return [field, hidden ? createHash("sha256").update(value).digest("hex") : value];
    }),
  );
}

export const authSettingsRoutes = [
  defineRoute("GET /v1/projects/{ref}/config/auth", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: shown(projectOf(call)) }),
  }),
  defineRoute("PATCH /v1/projects/{ref}/config/auth", {
    evidence: "contract",
    handle(call: Call) {
      const project = activeProjectOf(call);
      Object.assign(project.auth, readBody(call, AuthChange));
      return { status: 200, json: shown(project) };
    },
  }),
];
