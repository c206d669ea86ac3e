import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { usageOf } from "./real-usage.ts";
import { refuse } from "./refusals.ts";
import { databaseOf, unixSeconds } from "./state.ts";

const MINUTES: Record<string, number> = { "1h": 60, "3h": 180, "12h": 720, "1d": 1440, "3d": 4320, "7d": 10_080 };
const Period = z.enum(["1h", "3h", "12h", "1d", "3d", "7d"]).default("1h");
const POINTS = 12;
/** Series of a database are null at first; for how long is inferred. */
const NULL_SECONDS = 60;

const SERIES = `connection_count keyspace throughput diskusage latencymean latency_99 read_latency_mean read_latency_99
  write_latency_mean write_latency_99 hits misses read write dailyrequests bandwidths dailybilling`.split(/\s+/);

const COUNTERS = `daily_read_requests daily_write_requests dailybandwidth total_monthly_bandwidth
  total_monthly_read_requests total_monthly_write_requests total_monthly_script_requests
  total_monthly_storage total_monthly_billing`.split(/\s+/);

/** Go's default form of a time, which the API uses here: `2025-08-31 15:12:52.799480932 +0000 UTC`. */
function goTime(at: number): string {
  const [seconds = "", milliseconds = ""] = new Date(at).toISOString().replace("T", " ").slice(0, 23).split(".");
  // Go leaves zeros at the end of the fraction out.
  const fraction = milliseconds.replace(/0+$/, "");
  return `${seconds}${fraction && `.${fraction}`} +0000 UTC`;
}

/** One series over the period: 0 until now, and what a real server counts now, if there is one. */
function seriesOf(call: Call, minutes: number, latest: number) {
  const step = (minutes * 60_000) / POINTS;
  return Array.from({ length: POINTS }, (_, index) => ({
    x: goTime(call.now.getTime() - (POINTS - 1 - index) * step),
    y: index === POINTS - 1 ? latest : 0,
  }));
}

function weekdays(now: Date): string[] {
  return [4, 3, 2, 1, 0].map((ago) =>
    new Date(now.getTime() - ago * 86_400_000).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" }),
  );
}

export const statsRoutes = [
  defineRoute("GET /v2/redis/stats/{id}", {
    evidence: "contract",
    async handle(call) {
      const { id, createdAt } = databaseOf(call);
      const period = Period.safeParse(call.query.get("period") ?? undefined);
      if (!period.success) throw refuse(400, "invalid period");
      const { connections, keys, throughput, commands, bytes } = await usageOf(id, call.world);
      const latest: Record<string, number> = { connection_count: connections, keyspace: keys, throughput };
      Object.assign(latest, { diskusage: bytes, dailyrequests: commands });
      const isNew = unixSeconds(call.now) < createdAt + NULL_SECONDS;
      const minutes = MINUTES[period.data] ?? 60;
      const series = SERIES.map((name) => [name, isNew ? null : seriesOf(call, minutes, latest[name] ?? 0)]);
      const counters = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
      return {
        status: 200,
        json: {
          ...{ ...Object.fromEntries(series), ...counters, days: weekdays(call.now) },
          ...{ daily_net_commands: commands, total_monthly_requests: commands, current_storage: bytes },
          ...{ queue_optimized: false, command_counts: [] },
        },
      };
    },
  }),
];
