/**
 * What an application does so that its secrets can be renewed while it runs. Copy this file: it needs nothing but Node 22.
 * What each part is for, and how `mais secrets rotate` uses it: docs/app-contract.md.
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";

/** The stack gives `NAME_PREVIOUS` while a rotation of `NAME` is under way. */
const PREVIOUS = "_PREVIOUS";
/** A report that is more than two and a half times as old is of a process that is gone. */
const RENEWED_MS = 60_000;

/**
 * Where the processes leave their reports for the one that is asked: a hash in Redis, for example.
 * @typedef {object} Board
 * @property {(instance: string, report: string) => Promise<unknown>} write
 * @property {() => Promise<Record<string, string>>} read
 * @property {(instance: string) => Promise<unknown>} remove
 */

/**
 * The values to accept, the one to sign with first. Empty where the variable has no value.
 * @param {Record<string, string | undefined>} env
 * @param {string} name
 */
export function accepted(env, name) {
  return [env[name], env[name + PREVIOUS]].filter((value) => value !== undefined && value !== "");
}

/** @param {string} secret @param {string} text */
export function sign(secret, text) {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/**
 * Whether one of the secrets signed the text.
 * @param {readonly string[]} secrets
 * @param {string} text
 * @param {string} signature
 */
export function isSigned(secrets, text, signature) {
  // All of them are tried, so that the time taken tells nothing.
  return secrets.map((secret) => isSame(sign(secret, text), signature)).includes(true);
}

/**
 * Whether Stripe sent this event, by its `Stripe-Signature` header and the raw body. Two endpoints deliver an event twice
 * during a rotation: handle each event id once. https://docs.stripe.com/webhooks#verify-manually
 * @param {readonly string[]} secrets
 * @param {{ header: string, body: string, now?: number }} event `now` in seconds since 1970
 */
export function isFromStripe(secrets, { header, body, now = Date.now() / 1_000 }) {
  const parts = header.split(",").map((part) => part.trim().split("="));
  const at = parts.find(([key]) => key === "t")?.[1] ?? "";
  const isFresh = /^\d+$/.test(at) && Math.abs(now - Number(at)) <= 300;
  const signatures = parts.flatMap(([key, value = ""]) => (key === "v1" ? [value] : []));
  const signed = signatures.map((signature) => isSigned(secrets, `${at}.${body}`, signature));
  return isFresh && signed.includes(true);
}

/** In a time that does not depend on where they differ. @param {string} one @param {string} other */
export function isSame(one, other) {
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Says which values this process runs with, to whoever has MAIS_FINGERPRINT_TOKEN: it is the password and the key of the
 * fingerprints. Without the variable nothing is said and nothing is kept.
 * @param {object} self
 * @param {Record<string, string | undefined>} self.env
 * @param {string} self.part `api` or `worker`
 * @param {readonly string[]} self.secrets The names of the variables to tell about.
 * @param {Board} [self.board] Left out, each process speaks for itself alone.
 */
export function openReporter({ env, part, secrets, board }) {
  const tokens = accepted(env, "MAIS_FINGERPRINT_TOKEN");
  // A new version may be given the name of the instance that it takes over from.
  const instance = `${env.RENDER_INSTANCE_ID || hostname()}-${randomUUID().slice(0, 8)}`;
  const startedAt = new Date().toISOString();
  const reportTo = (token) => {
    const seen = (name) => (env[name] ? sign(token, env[name]).slice(0, 8) : undefined);
    const told = secrets.map((name) => [name, { current: seen(name), previous: seen(name + PREVIOUS) }]);
    const variables = Object.fromEntries(told.filter(([, { current, previous }]) => current || previous));
    return { part, instance, startedAt, variables };
  };
  const pin = async () => {
    if (board && tokens[0]) await board.write(instance, JSON.stringify({ ...reportTo(tokens[0]), at: Date.now() }));
  };
  // A board that is out of reach is tried again.
  const timer = setInterval(() => pin().catch(() => {}), RENEWED_MS);
  timer.unref();
  pin().catch(() => {});
  return {
    /** What to answer to `GET /_mais/fingerprints`. @param {string | undefined} authorization The request's header. */
    async answer(authorization) {
      const [, given = ""] = /^Bearer (\S+)$/.exec(authorization ?? "") ?? [];
      const token = tokens.find((each) => isSame(each, given));
      if (tokens.length === 0) return { status: 404, json: { error: "not found" } };
      if (!token) return { status: 401, json: { error: "the token is not right" } };
      const pinned = Object.values((await board?.read()) ?? {}).map((text) => JSON.parse(text));
      const others = pinned.filter((each) => each.instance !== instance && Date.now() - each.at < RENEWED_MS * 2.5);
      return { status: 200, json: { ...reportTo(token), others } };
    },
    /** Takes the report down when the process ends. */
    async close() {
      clearInterval(timer);
      if (tokens.length > 0) await board?.remove(instance).catch(() => {});
    },
  };
}
