import { openDatabase } from "./database.js";
import { openQueue } from "./queue.js";
import { readSettings } from "./settings.js";

/** Queues again what has waited for a confirmation for ten minutes: Redis was away when it was booked. */
const WAITED_MINUTES = 10;

const settings = readSettings(process.env);
const database = openDatabase(settings);
const queue = openQueue(settings);
try {
  const forgotten = await database.forgotten(WAITED_MINUTES);
  for (const id of forgotten) await queue.confirm(id);
  console.log(`queued again: ${forgotten.length} bookings`);
} catch (error) {
  console.error(`the nightly job failed: ${error.code ?? error.message}`);
  process.exitCode = 1;
} finally {
  await Promise.allSettled([queue.close(), database.close()]);
}
