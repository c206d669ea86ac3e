import type { RenderApi } from "./client.ts";
import type { Stop } from "./workspace-api.ts";
import { PAGE } from "./workspace-api.ts";

export interface LogQuery {
  resource: string;
  type?: string[] | undefined;
  level?: string[] | undefined;
  text?: string | undefined;
  startTime?: string | undefined;
  endTime?: string | undefined;
  limit: number;
}

interface LogLine {
  timestamp: string;
  message: string;
  type: string | undefined;
  level: string | undefined;
  instance: string | undefined;
}

/**
 * The newest lines, oldest first, page by page: each page of Render's says in which window the next one lies.
 * https://api-docs.render.com/reference/list-logs
 */
export async function readLogs(
  api: RenderApi,
  { limit, ...query }: LogQuery,
  stop: Stop,
): Promise<{ lines: LogLine[]; hasMore: boolean }> {
  const newestFirst: LogLine[] = [];
  let window = { startTime: query.startTime, endTime: query.endTime };
  for (;;) {
    const size = Math.min(PAGE, limit - newestFirst.length);
    const page = await api.logPage({ ...query, ...window, limit: size, direction: "backward" }, stop);
    newestFirst.push(...page.logs.map(lineOf).toSorted((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp)));
    const next = { startTime: page.nextStartTime, endTime: page.nextEndTime };
    // A window that does not move would be read for ever.
    const isStuck = next.startTime === window.startTime && next.endTime === window.endTime;
    const isEnough = newestFirst.length >= limit;
    if (!page.hasMore || isEnough || isStuck || page.logs.length === 0) {
      return { lines: newestFirst.slice(0, limit).toReversed(), hasMore: page.hasMore };
    }
    window = next;
  }
}

function lineOf({ timestamp, message, labels }: Awaited<ReturnType<RenderApi["logPage"]>>["logs"][number]): LogLine {
  const label = (name: string) => labels?.find((one) => one.name === name)?.value;
  return { timestamp, message, type: label("type"), level: label("level"), instance: label("instance") };
}
