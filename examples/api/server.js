import { createApp } from "./app.js";
import { openDatabase } from "./database.js";
import { openQueue } from "./queue.js";
import { readSettings } from "./settings.js";

// It starts and answers /health whatever is missing or out of reach: only /health/ready depends on that.
const settings = readSettings(process.env);
for (const { variable, message } of settings.problems) console.error(`${variable}: ${message}`);

const database = openDatabase(settings);
const queue = openQueue(settings);
const server = createApp({ settings, database, queue }).listen(settings.port, (error) => {
  if (error) throw error;
  console.log(`listening on ${settings.port}`);
});
// A proxy that keeps its connections must not find one closed under its hands.
server.keepAliveTimeout = 65_000;

// Requests under way are answered before the process ends; the platform sends this before it takes the instance away.
process.once("SIGTERM", () => {
  server.close(async () => {
    await Promise.allSettled([queue.close(), database.close()]);
    process.exit(0);
  });
  server.closeIdleConnections();
});
