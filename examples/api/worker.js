import { Worker } from "bullmq";
import { openDatabase } from "./database.js";
import { boardIn, connect, QUEUE } from "./queue.js";
import { openReporter } from "./rotation.js";
import { readSettings, SECRETS } from "./settings.js";
import { confirmationOf } from "./signed.js";

/** Confirms bookings: each gets a code that proves it, and its row says so. */
const settings = readSettings(process.env);
// It is not given what only the API needs.
const needed = ["DATABASE_URL", "REDIS_URL", "REDIS_QUEUE_URL", "BOOKING_TOKEN_SECRET"];
for (const { variable, message } of settings.problems)
  if (needed.includes(variable)) console.error(`${variable}: ${message}`);

if (!settings.databaseUrl || !settings.queueUrl) {
  console.error("the worker cannot work without DATABASE_URL and REDIS_URL");
  process.exit(1);
}

const database = openDatabase(settings);
// A worker waits for Redis as long as it takes: https://docs.bullmq.io/guide/going-to-production
const connection = connect(settings.queueUrl, { maxRetriesPerRequest: null });
const worker = new Worker(QUEUE, async ({ data: { id } }) => confirm(String(id)), {
  connection,
  concurrency: 5,
  // An idle worker on a Redis that bills by the command: it asks once a minute and looks for lost jobs every five.
  drainDelay: 60,
  stalledInterval: 300_000,
});
worker.on("error", () => {});
worker.on("completed", ({ data }) => console.log(`booking ${data.id} is confirmed`));
worker.on("failed", (job, error) => console.error(`booking ${job?.data.id} failed: ${error.code ?? error.message}`));
const reporter = openReporter({ env: process.env, part: "worker", secrets: SECRETS, board: boardIn(connection) });
console.log(`waiting for jobs of ${QUEUE}`);

/** @param {string} id */
async function confirm(id) {
  if (!(await database.confirm(id, confirmationOf(id, settings.bookingSecrets[0] ?? ""))))
    throw new Error("it is not in the database");
}

// The job under way is finished first.
process.once("SIGTERM", async () => {
  const limit = setTimeout(() => process.exit(0), 20_000);
  if (connection.status === "ready") await reporter.close();
  await Promise.allSettled([connection.status === "ready" ? worker.close() : undefined, database.close()]);
  clearTimeout(limit);
  process.exit(0);
});
