import type { DraftSettings } from "./settings.ts";
import { UPSTASH_TERMS } from "./vendor-terms.ts";

const SECONDS_A_DAY = 86_400;
const DAYS_A_MONTH = 30;

/** What BullMQ asks of Redis while there is nothing to do. */
export interface IdleCommands {
  /** BullMQ workers of all processes of all instances. */
  workers: number;
  /** Of one worker: blocking reads and checks for stalled jobs. */
  perDay: number;
  perMonth: number;
  readSeconds: number;
  stalledSeconds: number;
  /** US dollars a month under pay as you go. */
  dollars: number;
}

/** Undefined where no worker asks, or where settings at fault decide. */
export function idleCommands({ worker, redis }: DraftSettings): IdleCommands | undefined {
  if (!worker || !redis) return undefined;
  const { workers: perProcess, readSeconds, stalledSeconds } = redis.polling;
  const workers = worker.instances * worker.processes * perProcess;
  const perDay = Math.floor(SECONDS_A_DAY / readSeconds) + Math.floor(SECONDS_A_DAY / stalledSeconds);
  const perMonth = workers * perDay * DAYS_A_MONTH;
  const dollars = (perMonth / 100_000) * UPSTASH_TERMS.dollarsPer100k;
  return { workers, perDay, perMonth, readSeconds, stalledSeconds, dollars };
}

/** One setting that idle workers alone already break, with the ways out. */
export interface RedisOverdraft {
  path: string;
  rule: string;
  fix: string;
}

/** Refused is only what is sure to fail: pay as you go without a budget costs, and runs. */
export function overdrawnRedis(settings: DraftSettings, stack: string): RedisOverdraft | undefined {
  const { redis } = settings;
  const idle = idleCommands(settings);
  if (!redis || !idle) return undefined;
  const [place, { plan, budget }] = redis.queue
    ? (["redis.queue", redis.queue] as const)
    : (["redis.cache", redis.cache] as const);
  const costs = `$${idle.dollars.toFixed(2)}`;
  const otherwise = `or set mais:${place}.plan to fixed_250mb, whose commands are not counted, or let the workers ask less often and say so in mais:redis.polling, in Pulumi.${stack}.yaml`;
  if (plan === "free" && idle.perMonth > UPSTASH_TERMS.freeCommands)
    return {
      path: `${place}.plan`,
      rule: `expected a plan for ${arithmetic(idle)}; free ends at ${thousands(UPSTASH_TERMS.freeCommands)}, and then every command is refused`,
      fix: `Set mais:${place}.plan to payg (about ${costs} a month for these commands), ${otherwise}`,
    };
  if (plan === "payg" && budget !== undefined && idle.dollars > budget)
    return {
      path: `${place}.budget`,
      rule: `expected more than $${budget} a month: ${arithmetic(idle)} cost ${costs} at $${UPSTASH_TERMS.dollarsPer100k.toFixed(2)} for each 100,000, and a database at its budget is throttled`,
      fix: `Set mais:${place}.budget to ${Math.ceil(idle.dollars)} or more, ${otherwise}`,
    };
  return undefined;
}

/** The whole sum, so that a reader can check it. */
function arithmetic({ workers, perDay, perMonth, readSeconds, stalledSeconds }: IdleCommands): string {
  return (
    `${thousands(perMonth)} commands a month that idle workers alone send ` +
    `(${workers} × ${thousands(perDay)} a day × ${DAYS_A_MONTH}: a blocking read every ${readSeconds} s, a check for stalled jobs every ${stalledSeconds} s)`
  );
}

const thousands = (count: number) => count.toLocaleString("en");
