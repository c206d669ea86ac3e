/** @typedef {{ status: string, latency: number }} ServiceHealth */

/**
 * Whether the process runs. It asks nobody: the platform restarts what answers badly here, which would mend no database.
 * @param {import("./settings.js").Settings} settings
 */
export function health(settings) {
  return answer("ok", adapters(settings));
}

/**
 * Whether it can work: settings, Postgres and Redis. A release waits for it.
 * @param {import("./app.js").Parts} parts
 */
export async function readiness({ settings, database, queue }) {
  const asked = [
    check("postgres", "DATABASE_URL", database.isGiven, () => database.ping()),
    check("redis", "REDIS_URL", queue.isGiven, () => queue.ping()),
  ];
  const reached = await Promise.all(asked);
  const services = { ...Object.fromEntries(reached.map(({ name, health }) => [name, health])), ...adapters(settings) };
  const problems = [...settings.problems, ...reached.flatMap(({ problem }) => (problem ? [problem] : []))];
  return problems.length === 0 ? answer("ok", services) : { ...answer("error", services), problems };
}

/**
 * @param {string} name
 * @param {string} variable
 * @param {boolean} isGiven
 * @param {() => Promise<void>} ping
 */
async function check(name, variable, isGiven, ping) {
  if (!isGiven) return { name, health: { status: "not configured", latency: 0 } };
  const started = performance.now();
  const latency = () => Math.round(performance.now() - started);
  try {
    await ping();
    return { name, health: { status: "ok", latency: latency() } };
  } catch (error) {
    // The driver's message may repeat parts of the URL; its code says enough.
    const message = `${name} is unreachable (${error.code ?? error.name})`;
    return { name, health: { status: "error", latency: latency() }, problem: { variable, message } };
  }
}

/** @param {import("./settings.js").Settings} settings */
function adapters(settings) {
  return {
    stripe: adapter(settings, ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]),
    postmark: adapter(settings, ["POSTMARK_SERVER_TOKEN"]),
    googleCalendar: adapter(settings, ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]),
  };
}

/**
 * Mock adapters reach nobody. This example has no real ones: it says whether it was given what they would need.
 * @param {import("./settings.js").Settings} settings
 * @param {string[]} variables
 * @returns {ServiceHealth}
 */
function adapter(settings, variables) {
  const failing = settings.problems.some(({ variable }) => variables.includes(variable));
  const given = variables.every((variable) => settings.given.has(variable));
  const status = failing ? "error" : settings.adapters !== "real" ? "mock" : given ? "ok" : "not configured";
  return { status, latency: 0 };
}

/**
 * @param {string} status
 * @param {Record<string, ServiceHealth>} services
 */
function answer(status, services) {
  return { status, services, timestamp: new Date().toISOString() };
}
