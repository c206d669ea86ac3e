import express from "express";
import { isFromStripe, isSigned, sign } from "./rotation.js";

const CODE_LENGTH = 12;
const SESSION_MS = 3_600_000;

/** The code that proves a booking. @param {string} id @param {string} secret */
export function confirmationOf(id, secret) {
  return sign(secret, id).slice(0, CODE_LENGTH);
}

/**
 * What the API signs and checks. It signs with the present secret, and accepts the one before it as well while that is
 * being replaced.
 * @param {import("./app.js").Parts} parts
 */
export function signedRoutes({ settings, database }) {
  const routes = express.Router();
  routes.post("/sessions", (request, response) => {
    const [secret] = settings.sessionSecrets;
    const { customer } = request.body ?? {};
    if (typeof customer !== "string" || customer.trim() === "")
      return response.status(400).json({ error: "customer: a text" });
    if (!secret) return response.status(503).json({ error: "not possible now; try again" });
    const payload = Buffer.from(JSON.stringify({ customer, until: Date.now() + SESSION_MS })).toString("base64url");
    response.status(201).json({ token: `${payload}.${sign(secret, payload)}` });
  });
  routes.get("/sessions/mine", (request, response) => {
    const session = readSession(request.get("authorization"), settings.sessionSecrets);
    if (session) response.json({ customer: session.customer });
    else response.status(401).json({ error: "there is no session, or it is over" });
  });
  routes.get("/bookings/:id/codes/:code", (request, response) => {
    const { id, code } = request.params;
    const isValid = settings.bookingSecrets.some((secret) => confirmationOf(id, secret) === code);
    response.status(isValid ? 200 : 404).json({ valid: isValid });
  });
  routes.post("/webhooks/stripe", async (request, response) => {
    const [header, body] = [request.get("stripe-signature") ?? "", request.rawBody?.toString("utf8") ?? ""];
    if (!isFromStripe(settings.stripeSecrets, { header, body }))
      return response.status(400).json({ error: "not signed by Stripe" });
    // While two endpoints deliver, each event comes twice.
    const isNew = await database.noteEvent(String(request.body.id));
    response.json({ received: true, repeated: !isNew });
  });
  return routes;
}

/** @param {string | undefined} authorization @param {readonly string[]} secrets */
function readSession(authorization, secrets) {
  const [, payload, signature] = /^Bearer ([\w-]+)\.([0-9a-f]{64})$/.exec(authorization ?? "") ?? [];
  if (!payload || !isSigned(secrets, payload, signature)) return undefined;
  const session = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return session.until > Date.now() ? session : undefined;
}
