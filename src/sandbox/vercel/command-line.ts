import { defineRoute } from "../emulator.ts";
import { projectOf } from "./find-project.ts";
import { refusal } from "./refusals.ts";
import { stateOf, type Target } from "./state.ts";

const TARGETS: readonly Target[] = ["production", "preview", "development"];

/** What Vercel's command line asks for around a project's variables. */
export const commandLineRoutes = [
  defineRoute("GET /v*/projects/{idOrName}/custom-environments", {
    evidence: "contract",
    // None can be made here; the limit is that of the pro plan: https://vercel.com/docs/deployments/environments
    handle(call) {
      projectOf(call);
      return { status: 200, json: { accountLimit: { total: 1 }, environments: [] } };
    },
  }),
  /** `vercel env pull`: a sensitive value does not leave Vercel again. */
  defineRoute("GET /v*/env/pull/{idOrName}/{target}", {
    evidence: "inferred",
    source: "https://vercel.com/docs/cli/env",
    handle(call) {
      const project = projectOf(call);
      const target = TARGETS.find((one) => one === call.params.target);
      if (!target) throw refusal(400, "bad_request", "Invalid target environment.");
      const variables = stateOf(call.store)
        .envs.list()
        .filter((env) => env.projectId === project.id && env.target.includes(target) && env.gitBranch === undefined)
        .map(({ key, value, type }) => [key, type === "sensitive" ? "" : value]);
      return { status: 200, json: { env: Object.fromEntries(variables), buildEnv: {} } };
    },
  }),
];
