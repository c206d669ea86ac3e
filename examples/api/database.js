import pg from "pg";

/** @typedef {{ service: string, customer: string, startsAt: Date }} NewBooking */
/** @typedef {{ id: string, service: string, customer: string, startsAt: Date, status: "pending" | "confirmed", confirmation: string | null }} Booking */
/** @typedef {ReturnType<typeof openDatabase>} Database */

const TABLES = `
create table if not exists bookings (
  id bigint generated always as identity primary key,
  service text not null,
  customer text not null,
  starts_at timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'confirmed')),
  confirmation text,
  created_at timestamptz not null default now()
);
create table if not exists stripe_events (id text primary key, received_at timestamptz not null default now())`;
const COLUMNS = `id::text, service, customer, starts_at as "startsAt", status, confirmation`;
/** Two processes that make the tables at once would trip over each other. */
const TABLES_LOCK = 7_212_001;
/** A database that is away must be known to be away well within a health probe's five seconds. */
const LIMIT_MS = 2_000;

/**
 * The bookings in Postgres. Nothing is contacted before the first question.
 * @param {import("./settings.js").Settings} settings
 */
export function openDatabase({ databaseUrl, migrationUrl, poolSize }) {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: 10_000,
  });
  // A connection that breaks while idle is replaced by the next query.
  pool.on("error", (error) => console.error(`postgres: an idle connection ended (${error.code ?? error.name})`));
  /** @type {Promise<unknown> | undefined} */
  let tables;
  // Whoever is not given the way to make tables relies on those that are there.
  const prepare = async () => {
    if (migrationUrl) tables ??= makeTables(migrationUrl);
    await tables?.catch((error) => {
      tables = undefined;
      throw error;
    });
  };
  const ask = async (sql, values) => {
    await prepare();
    return (await pool.query(sql, values)).rows;
  };
  return {
    isGiven: databaseUrl !== undefined,
    prepare,
    async ping() {
      await pool.query({ text: "select 1", query_timeout: LIMIT_MS });
    },
    /** How many bookings there are. @returns {Promise<number>} */
    count: async () => (await ask("select count(*)::int as count from bookings", []))[0].count,
    /** Whether this is the first time that the event comes. @param {string} id @returns {Promise<boolean>} */
    noteEvent: async (id) =>
      (await ask("insert into stripe_events (id) values ($1) on conflict do nothing returning id", [id])).length > 0,
    /** @param {NewBooking} booking @returns {Promise<Booking>} */
    async addBooking({ service, customer, startsAt }) {
      const sql = `insert into bookings (service, customer, starts_at) values ($1, $2, $3) returning ${COLUMNS}`;
      return (await ask(sql, [service, customer, startsAt]))[0];
    },
    /** The newest fifty. @returns {Promise<Booking[]>} */
    bookings: () => ask(`select ${COLUMNS} from bookings order by bookings.id desc limit 50`, []),
    /** @param {string} id @returns {Promise<Booking | undefined>} */
    booking: async (id) => (await ask(`select ${COLUMNS} from bookings where bookings.id = $1`, [id]))[0],
    /** @param {string} id @param {string} confirmation @returns {Promise<Booking | undefined>} */
    confirm: async (id, confirmation) =>
      (
        await ask(
          `update bookings set status = 'confirmed', confirmation = $2 where bookings.id = $1 returning ${COLUMNS}`,
          [id, confirmation],
        )
      )[0],
    /** Those that have waited for longer than that. @param {number} minutes @returns {Promise<string[]>} */
    forgotten: async (minutes) =>
      (
        await ask(
          `select id::text from bookings where status = 'pending' and created_at <= now() - make_interval(mins => $1)`,
          [minutes],
        )
      ).map(({ id }) => id),
    close: () => pool.end(),
  };
}

/** With rights that the application's own user has not. @param {string} connectionString */
async function makeTables(connectionString) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: LIMIT_MS, query_timeout: 10_000 });
  // Whoever waits for it is told.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [TABLES_LOCK]);
    await client.query(TABLES);
    await client.query("commit");
  } finally {
    await client.end().catch(() => {});
  }
}
