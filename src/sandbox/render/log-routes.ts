import { type Call, defineRoute } from "../emulator.ts";
import { type Line, linesFor } from "./log-lines.ts";
import { invalid } from "./refusals.ts";
import { limitOf, timeOf } from "./request.ts";
import { millis, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function requireTarget(call: Call): void {
  for (const name of ["ownerId", "resource"]) if (!call.query.get(name)) throw invalid(`${name} is required`);
}

/** A page of at most `limit` lines, and the window in which the next one lies. */
const list = defineRoute("GET /v1/logs", {
  evidence: "contract",
  source: `${DOCS}/list-logs`,
  handle(call) {
    requireTarget(call);
    const direction = call.query.get("direction") ?? "backward";
    if (direction !== "forward" && direction !== "backward") throw invalid("invalid direction: forward or backward");
    const found = direction === "forward" ? linesFor(call) : linesFor(call).toReversed();
    const page = found.slice(0, limitOf(call));
    const json = { hasMore: found.length > page.length, ...nextWindow(call, page), logs: page.map(shape) };
    return { status: 200, json };
  },
});

/** Beyond the page's last line, on the side to which the request reads. Times are inclusive, and lines a millisecond apart. */
function nextWindow(call: Call, page: readonly Line[]): { nextStartTime: string; nextEndTime: string } {
  const end = timeOf(call, "endTime") ?? call.now.getTime();
  const start = timeOf(call, "startTime") ?? end - 3_600_000;
  const last = page.at(-1);
  const at = last && millis(last.timestamp);
  const isForward = call.query.get("direction") === "forward";
  return {
    nextStartTime: stamp(new Date(isForward && at !== undefined ? at + 1 : start)),
    nextEndTime: stamp(new Date(isForward || at === undefined ? end : at - 1)),
  };
}

function shape({ id, timestamp, message, labels }: Line): Record<string, unknown> {
  return { id, timestamp, message, labels: Object.entries(labels).map(([name, value]) => ({ name, value })) };
}

const VALUED = ["instance", "host", "statusCode", "method", "level", "type"];

const values = defineRoute("GET /v1/logs/values", {
  evidence: "contract",
  source: `${DOCS}/list-logs-values`,
  handle(call) {
    requireTarget(call);
    const label = call.query.get("label") ?? "";
    if (!VALUED.includes(label)) throw invalid(`invalid label: one of ${VALUED.join(", ")}`);
    const seen = linesFor(call).map(({ labels }) => labels[label]);
    return { status: 200, json: [...new Set(seen.filter((value) => value !== undefined))].slice(0, limitOf(call)) };
  },
});

export const logRoutes = [list, values];
