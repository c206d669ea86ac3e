import { createApp } from "./app.js";
import { openDatabase } from "./database.js";
import { openQueue } from "./queue.js";
import { openReporter } from "./rotation.js";
import { readSettings, SECRETS } from "./settings.js";

// It starts and answers /health whatever is missing or out of reach: only /health/ready depends on that.
const settings = readSettings(process.env);
for (const { variable, message } of settings.problems) console.error(`${variable}: ${message}`);

// Without a way of its own for migrations, the database's user has to be one that may make tables.
const database = openDatabase({ ...settings, migrationUrl: settings.migrationUrl ?? settings.databaseUrl });
// The worker and the nightly job rely on it. A database that is away is asked again with the first question.
database.prepare().catch(() => {});
const queue = openQueue(settings);
const board = queue.isGiven ? queue.board : undefined;
const reporter = openReporter({ env: process.env, part: "api", secrets: SECRETS, board });
const server = createApp({ settings, database, queue, reporter }).listen(settings.port, (error) => {
  if (error) throw error;
  console.log(`listening on ${settings.port}`);
});
// A proxy that keeps its connections must not find one closed under its hands.
server.keepAliveTimeout = 65_000;

// Requests under way are answered before the process ends; the platform sends this before it takes the instance away.
process.once("SIGTERM", () => {
  server.close(async () => {
    await reporter.close();
    await Promise.allSettled([queue.close(), database.close()]);
    process.exit(0);
  });
  server.closeIdleConnections();
});
