/** When a cron job is due: each field lists the numbers at which it fits. */
export interface Schedule {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  /** Sunday is 0. */
  weekdays: ReadonlySet<number>;
  /** Both kinds of day are restricted: then either is enough, as cron has always had it. */
  eitherDay: boolean;
}

interface Field {
  name: string;
  from: number;
  to: number;
  /** Words for its numbers, from `from` on. */
  words?: readonly string[];
}

const MINUTE_MS = 60_000;
/** No schedule that is ever due is due more rarely, but for the 29th of February. */
const FARTHEST_MS = 366 * 24 * 60 * MINUTE_MS;

const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of the month", from: 1, to: 31 },
  {
    ...{ name: "month", from: 1, to: 12 },
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of the week", from: 0, to: 7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** Five fields with lists, ranges, steps and the English short names, as in crontab(5). Throws what is wrong with it. */
export function parseSchedule(text: string): Schedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    throw new Error(`a schedule has five fields (minute hour day month weekday), "${text}" has ${parts.length}`);
  const sets = FIELDS.map((field, index) => parseField(field, parts[index] ?? ""));
  const [minutes, hours, days, months, given] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const weekdays = new Set([...given].map((day) => day % 7));
  const eitherDay = !parts[2]?.startsWith("*") && !parts[4]?.startsWith("*");
  return { minutes, hours, days, months, weekdays, eitherDay };
}

function parseField(field: Field, text: string): Set<number> {
  return new Set(text.split(",").flatMap((part) => parsePart(field, part)));
}

/** `*`, `5`, `1-5`, each with `/step`; a single number with a step counts on from there. */
function parsePart(field: Field, part: string): number[] {
  const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const every = step === undefined ? 1 : Number(step);
  const [first = "", last, ...others] = range.split("-");
  const from = first === "*" ? field.from : numberOf(field, first);
  const to = first === "*" || (last === undefined && step !== undefined) ? field.to : numberOf(field, last ?? first);
  const isWrong = [from, to].some((each) => Number.isNaN(each) || each < field.from || each > field.to);
  if (isWrong || others.length > 0 || every < 1 || from > to || (first === "*" && last !== undefined))
    throw new Error(`"${part}" is no ${field.name}: expected numbers from ${field.from} to ${field.to}`);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);
}

function numberOf({ from, words = [] }: Field, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = words.indexOf(text.toLowerCase());
  return index < 0 ? Number.NaN : from + index;
}

/** The last time at which it was due, after the one and not after the other; in UTC, to the minute. */
export function lastDue(schedule: Schedule, after: Date, until: Date): Date | undefined {
  const latest = Math.floor(until.getTime() / MINUTE_MS) * MINUTE_MS;
  const earliest = Math.max(after.getTime(), latest - FARTHEST_MS);
  for (let at = latest; at > earliest; at -= MINUTE_MS) if (isDue(schedule, new Date(at))) return new Date(at);
  return undefined;
}

function isDue({ minutes, hours, days, months, weekdays, eitherDay }: Schedule, at: Date): boolean {
  if (!minutes.has(at.getUTCMinutes()) || !hours.has(at.getUTCHours()) || !months.has(at.getUTCMonth() + 1))
    return false;
  const [day, weekday] = [days.has(at.getUTCDate()), weekdays.has(at.getUTCDay())];
  return eitherDay ? day || weekday : day && weekday;
}
