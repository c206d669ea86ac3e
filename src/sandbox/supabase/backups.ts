import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { type Plan, type Project, planOf, projectOf } from "./state.ts";

const DAY_MS = 86_400_000;

/** How many daily backups are kept. Source: https://supabase.com/docs/guides/platform/backups */
const KEPT: Record<Plan, number> = { free: 0, pro: 7, team: 14, enterprise: 30 };

/** Daily backups exist for each night that the project has lived through; ids are days since 1970. */
export function dailyBackups(project: Project, { store, now }: Call) {
  const [hours = 0, minutes = 0] = (project.backupTime?.scheduleFor ?? "03:00:00").split(":").map(Number);
  const created = Date.parse(project.createdAt);
  const offset = (hours * 60 + minutes) * 60_000;
  const last = Math.floor((now.getTime() - offset) / DAY_MS);
  const days = Array.from({ length: KEPT[planOf(project, store)] }, (_, age) => last - age);
  return days
    .filter((day) => day * DAY_MS + offset > created)
    .map((day) => ({
      id: day,
      is_physical_backup: true,
      status: "COMPLETED",
      inserted_at: new Date(day * DAY_MS + offset).toISOString(),
    }));
}

function requireSchedule(project: Project, call: Call): void {
  if (planOf(project, call.store) === "free") throw refuse(402, "Backup schedules are not available on the free plan");
}

const schedulePath = "/v1/projects/{ref}/database/backups/schedule" as const;

function shownSchedule(project: Project) {
  const { scheduleFor = "03:00:00", updatedAt = project.createdAt } = project.backupTime ?? {};
  return { schedule_for: scheduleFor, updated_at: updatedAt };
}

const Schedule = z.object({ schedule_for: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, "must be HH:MM:SS") });

export const backupRoutes = [
  defineRoute("GET /v1/projects/{ref}/database/backups", {
    evidence: "contract",
    source: "https://supabase.com/docs/guides/platform/backups",
    handle(call) {
      const project = projectOf(call);
      const pointInTime = project.addons.pitr !== undefined;
      // Point in time recovery replaces daily backups.
      const backups = pointInTime ? [] : dailyBackups(project, call);
      const seconds = (ms: number) => Math.floor(ms / 1000);
      const physical = pointInTime
        ? {
            earliest_physical_backup_date_unix: seconds(Date.parse(project.createdAt)),
            latest_physical_backup_date_unix: seconds(call.now.getTime()),
          }
        : {};
      return {
        status: 200,
        json: {
          region: project.region,
          walg_enabled: true,
          pitr_enabled: pointInTime,
          backups,
          physical_backup_data: physical,
        },
      };
    },
  }),
  defineRoute(`GET ${schedulePath}`, {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      requireSchedule(project, call);
      return { status: 200, json: shownSchedule(project) };
    },
  }),
  defineRoute(`PATCH ${schedulePath}`, {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      requireSchedule(project, call);
      const { schedule_for: scheduleFor } = readBody(call, Schedule);
      project.backupTime = { scheduleFor, updatedAt: call.now.toISOString() };
      return { status: 200, json: shownSchedule(project) };
    },
  }),
];
