import express from "express";
import { health, readiness } from "./health.js";
import { signedRoutes } from "./signed.js";

/**
 * @typedef {object} Parts
 * @property {import("./settings.js").Settings} settings
 * @property {import("./database.js").Database} database
 * @property {import("./queue.js").Queue} queue
 * @property {ReturnType<typeof import("./rotation.js").openReporter>} reporter
 */

/** @param {Parts} parts */
export function createApp(parts) {
  const { settings, database, queue, reporter } = parts;
  const app = express();
  app.disable("x-powered-by");
  // What a signature covers is the body as it came.
  const verify = (request, _response, body) => void Object.assign(request, { rawBody: body });
  app.use(express.json({ limit: "100kb", verify }));

  app.get("/health", (_request, response) => {
    response.json(health(settings));
  });
  app.get("/health/ready", async (_request, response) => {
    const answer = await readiness(parts);
    response.status(answer.status === "ok" ? 200 : 503).json(answer);
  });

  app.get("/_mais/fingerprints", async (request, response) => {
    const { status, json } = await reporter.answer(request.get("authorization"));
    response.set("cache-control", "no-store").status(status).json(json);
  });
  app.use(signedRoutes(parts));

  app.get("/overview", async (_request, response) => {
    const [bookings, waiting] = await Promise.all([database.count(), queue.waiting()]);
    response.json({ bookings, waiting });
  });
  app.post("/bookings", async (request, response) => {
    const { problems, booking } = readBooking(request.body);
    if (!booking) return response.status(400).json({ error: "the booking is not complete", problems });
    const stored = await database.addBooking(booking);
    // A booking that cannot be queued now is picked up by the nightly job.
    const isQueued = await queue.confirm(stored.id).then(
      () => true,
      () => false,
    );
    response.status(isQueued ? 201 : 202).json(stored);
  });
  app.get("/bookings", async (_request, response) => {
    response.json({ bookings: await database.bookings() });
  });
  app.get("/bookings/:id", async (request, response) => {
    const found = /^\d{1,15}$/.test(request.params.id) ? await database.booking(request.params.id) : undefined;
    if (found) response.json(found);
    else response.status(404).json({ error: "there is no such booking" });
  });

  app.use((_request, response) => {
    response.status(404).json({ error: "not found" });
  });
  app.use(answerError);
  return app;
}

/**
 * @param {unknown} body
 * @returns {{ problems: string[], booking?: import("./database.js").NewBooking }}
 */
function readBooking(body) {
  const { service, customer, startsAt } = /** @type {Record<string, unknown>} */ (body ?? {});
  const at = typeof startsAt === "string" ? new Date(startsAt) : undefined;
  const isText = (value) => typeof value === "string" && value.trim() !== "" && value.length <= 200;
  const problems = [
    ...(isText(service) ? [] : ["service: a text of up to 200 characters"]),
    ...(isText(customer) ? [] : ["customer: a text of up to 200 characters"]),
    ...(at && !Number.isNaN(at.getTime()) ? [] : ["startsAt: a time such as 2026-03-01T10:00:00Z"]),
  ];
  if (problems.length > 0) return { problems };
  return { problems, booking: { service: String(service), customer: String(customer), startsAt: at } };
}

/** What the caller did wrong is said; what broke here is for the log alone. Express knows it by its four parameters. */
function answerError(error, _request, response, _next) {
  const isCallers = error.status >= 400 && error.status < 500;
  if (!isCallers) console.error(`the request failed: ${error.code ?? error.message}`);
  response
    .status(isCallers ? error.status : 503)
    .json({ error: isCallers ? error.message : "not possible now; try again" });
}
