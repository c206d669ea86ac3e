import { z } from "zod";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { dailyBackups } from "./backups.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf, type Project, planOf, projectOf, type RestorePoint, restorePoints } from "./state.ts";

const Backup = z.object({ id: z.number().int() });
const Moment = z.object({ recovery_time_target_unix: z.number().int().min(0) });
const Name = z.object({ name: z.string().min(1).max(20) });

const path = "/v1/projects/{ref}/database/backups" as const;

/** What each does is in the contract by name only; which refusals they have, and the states between, is inferred. */
export const recoveryRoutes = [
  defineRoute(`POST ${path}/restore`, { evidence: "inferred", handle: restoreDaily }),
  defineRoute(`POST ${path}/restore-pitr`, { evidence: "inferred", handle: restoreMoment }),
  defineRoute(`POST ${path}/restore-point`, { evidence: "inferred", handle: makePoint }),
  defineRoute(`GET ${path}/restore-point`, {
    evidence: "inferred",
    handle(call) {
      const points = restorePoints(call.store).get(projectOf(call).ref) ?? [];
      const name = call.query.get("name");
      const found = name === null ? points.at(-1) : points.find((point) => point.name === name);
      if (!found) throw refuse(404, "Restore point not found");
      return { status: 200, json: shown(found) };
    },
  }),
  defineRoute(`POST ${path}/undo`, { evidence: "inferred", handle: undo }),
];

function shown({ name, completedOn }: RestorePoint) {
  return { name, status: "AVAILABLE", completed_on: completedOn };
}

/** Without a database there is no data that could be lost or come back, so the states alone are true. */
function refuseWithData({ world }: Call, what: string): void {
  if (!world.dataServers?.postgres) return;
  const advice = "Use a restore point: POST …/database/backups/restore-point, and later …/undo";
  throw refuse(501, `The sandbox has no ${what} of its databases, so it cannot restore one. ${advice}`);
}

function restoreDaily(call: Call): Reply {
  const project = activeProjectOf(call);
  const { id } = readBody(call, Backup);
  if (planOf(project, call.store) === "free") throw refuse(402, "Backups are not available on the free plan");
  const isKept = project.addons.pitr === undefined && dailyBackups(project, call).some((backup) => backup.id === id);
  if (!isKept) throw refuse(404, "Backup not found");
  refuseWithData(call, "daily copies");
  return restoring(project, call);
}

function restoreMoment(call: Call): Reply {
  const project = activeProjectOf(call);
  const { recovery_time_target_unix: seconds } = readBody(call, Moment);
  if (project.addons.pitr === undefined) throw refuse(400, "Point in time recovery is not enabled for this project");
  const moment = seconds * 1000;
  if (moment < Date.parse(project.createdAt) - 1000 || moment > call.now.getTime())
    throw refuse(400, "recovery_time_target_unix: is not within the recovery window");
  refuseWithData(call, "copies of each moment");
  return restoring(project, call);
}

async function makePoint(call: Call): Promise<Reply> {
  const project = activeProjectOf(call);
  const { name } = readBody(call, Name);
  await call.world.dataServers?.postgres?.saveAs(project.ref, fileName(name));
  const others = (restorePoints(call.store).get(project.ref) ?? []).filter((point) => point.name !== name);
  const point = { name, completedOn: call.now.toISOString() };
  restorePoints(call.store).set(project.ref, [...others, point]);
  return { status: 201, json: shown(point) };
}

async function undo(call: Call): Promise<Reply> {
  const project = activeProjectOf(call);
  const { name } = readBody(call, Name);
  const point = restorePoints(call.store)
    .get(project.ref)
    ?.find((one) => one.name === name);
  if (!point) throw refuse(404, "Restore point not found");
  await call.world.dataServers?.postgres?.goBackTo(project.ref, fileName(name), project.databasePassword);
  return restoring(project, call);
}

function restoring(project: Project, { now, world }: Call): Reply {
  project.busy = { status: "RESTORING", until: now.getTime() + world.delays.supabaseProject };
  return { status: 201 };
}

/** Names are the caller's to choose, and may hold anything. */
function fileName(name: string): string {
  return Buffer.from(name).toString("hex");
}
