import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { openDatabase } from "./real-database.ts";
import { refuse } from "./refusals.ts";
import { planOf, projectOf, statusOf } from "./state.ts";

export const pausingRoutes = [
  defineRoute("POST /v1/projects/{ref}/pause", {
    evidence: "documented",
    source: "https://supabase.com/docs/guides/platform/free-project-pausing",
    handle: pause,
  }),
  defineRoute("GET /v1/projects/{ref}/restore", {
    evidence: "contract",
    handle(call) {
      projectOf(call);
      const version = { version: "17.6.1.054", release_channel: "ga", postgres_engine: "17" };
      return { status: 200, json: { available_versions: [version] } };
    },
  }),
  defineRoute("POST /v1/projects/{ref}/restore", { evidence: "contract", handle: restore }),
  defineRoute("POST /v1/projects/{ref}/restore/cancel", {
    // The contract has the call; that it pauses the project again, and refuses one that is not being restored, is inferred.
    evidence: "inferred",
    async handle(call) {
      const project = projectOf(call);
      if (statusOf(project, call) !== "RESTORING") throw refuse(400, "Project is not being restored");
      project.settled = "INACTIVE";
      project.busy = null;
      await call.world.dataServers?.postgres?.stop(project.ref);
      return { status: 200 };
    },
  }),
];

async function pause(call: Call): Promise<Reply> {
  const project = projectOf(call);
  if (planOf(project, call.store) !== "free") throw refuse(400, "Only projects on the free plan can be paused");
  if (statusOf(project, call) !== "ACTIVE_HEALTHY") throw refuse(400, "Project is not active");
  project.settled = "INACTIVE";
  project.busy = { status: "PAUSING", until: call.now.getTime() + call.world.delays.supabaseProject };
  await call.world.dataServers?.postgres?.stop(project.ref);
  return { status: 200 };
}

async function restore(call: Call): Promise<Reply> {
  const project = projectOf(call);
  if (statusOf(project, call) !== "INACTIVE") throw refuse(400, "Project is not paused");
  await openDatabase(project, call.world);
  project.settled = "ACTIVE_HEALTHY";
  project.busy = { status: "RESTORING", until: call.now.getTime() + call.world.delays.supabaseProject };
  return { status: 200 };
}
