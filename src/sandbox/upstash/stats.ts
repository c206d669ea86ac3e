import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import { refuse } from "./refusals.ts";
import { databaseOf } from "./state.ts";

const MINUTES: Record<string, number> = { "1h": 60, "3h": 180, "12h": 720, "1d": 1440, "3d": 4320, "7d": 10_080 };
const Period = z.enum(["1h", "3h", "12h", "1d", "3d", "7d"]).default("1h");
const POINTS = 12;

const SERIES = `connection_count keyspace throughput diskusage latencymean latency_99 read_latency_mean read_latency_99
  write_latency_mean write_latency_99 hits misses read write dailyrequests bandwidths dailybilling`.split(/\s+/);

const COUNTERS = `daily_net_commands daily_read_requests daily_write_requests dailybandwidth total_monthly_bandwidth
  total_monthly_requests total_monthly_read_requests total_monthly_write_requests total_monthly_script_requests
  total_monthly_storage current_storage total_monthly_billing`.split(/\s+/);

/** Go's default form of a time, which the API uses here: `2025-08-31 15:12:52 +0000 UTC`. */
function goTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}

export const statsRoutes = [
  // Nobody connects to a database of the sandbox, so every series is flat.
  defineRoute("GET /v2/redis/stats/{id}", {
    evidence: "contract",
    handle(call) {
      databaseOf(call);
      const period = Period.safeParse(call.query.get("period") ?? undefined);
      if (!period.success) throw refuse(400, "invalid period");
      const step = ((MINUTES[period.data] ?? 60) * 60_000) / POINTS;
      const points = Array.from({ length: POINTS }, (_, index) => ({
        x: goTime(call.now.getTime() - (POINTS - index) * step),
        y: 0,
      }));
      const days = Array.from({ length: 5 }, (_, index) =>
        new Date(call.now.getTime() - (4 - index) * 86_400_000).toLocaleDateString("en", {
          weekday: "long",
          timeZone: "UTC",
        }),
      );
      const series = Object.fromEntries(SERIES.map((name) => [name, points]));
      const counters = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
      return { status: 200, json: { ...series, ...counters, days, queue_optimized: false, command_counts: [] } };
    },
  }),
];
