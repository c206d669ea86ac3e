import { expect, test } from "vitest";
import { lastDue, parseSchedule } from "../../src/sandbox/service-schedule.ts";

const due = (schedule: string, after: string, until: string) =>
  lastDue(parseSchedule(schedule), new Date(`${after}Z`), new Date(`${until}Z`))
    ?.toISOString()
    .slice(0, 16);

test.each([
  ["0 3 * * *", "2026-03-01T00:00", "2026-03-03T02:59", "2026-03-02T03:00"],
  ["0 3 * * *", "2026-03-01T03:00", "2026-03-02T02:59", undefined],
  ["*/10 * * * *", "2026-03-01T10:00", "2026-03-01T10:39", "2026-03-01T10:30"],
  ["5/20 8-9 * * *", "2026-03-01T00:00", "2026-03-02T00:00", "2026-03-01T09:45"],
  ["0 12 * * MON-FRI", "2026-03-05T13:00", "2026-03-08T23:00", "2026-03-06T12:00"],
  ["0 12 * * 7", "2026-03-02T00:00", "2026-03-08T23:00", "2026-03-08T12:00"],
  ["0 0 1,15 jan *", "2026-01-02T00:00", "2026-12-31T00:00", "2026-01-15T00:00"],
  // Either kind of day is enough where both are given.
  ["0 0 13 * fri", "2026-03-01T00:00", "2026-03-12T00:00", "2026-03-06T00:00"],
  ["0 0 */2 * fri", "2026-03-01T12:00", "2026-03-12T00:00", undefined],
  ["59 23 31 12 *", "2025-01-01T00:00", "2026-12-31T23:58", "2025-12-31T23:59"],
])("%s was last due, after %s and not after %s, at %s", (schedule, after, until, expected) => {
  expect(due(schedule, after, until)).toBe(expected);
});

test.each([
  ["0 3 * *", "a schedule has five fields"],
  ["60 3 * * *", '"60" is no minute: expected numbers from 0 to 59'],
  ["0 3 0 * *", '"0" is no day of the month'],
  ["0 3 * foo *", '"foo" is no month'],
  ["0 5-3 * * *", '"5-3" is no hour'],
  ["*/0 * * * *", '"*/0" is no minute'],
  ["0 3 * * 1-2-3", "is no day of the week"],
  [", * * * *", "is no minute"],
])("%s is refused: %s", (schedule, message) => {
  expect(() => parseSchedule(schedule)).toThrow(message);
});
