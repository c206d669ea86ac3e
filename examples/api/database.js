import pg from "pg";

/** @typedef {{ service: string, customer: string, startsAt: Date }} NewBooking */
/** @typedef {{ id: string, service: string, customer: string, startsAt: Date, status: "pending" | "confirmed", confirmation: string | null }} Booking */
/** @typedef {ReturnType<typeof openDatabase>} Database */

const TABLE = `
create table if not exists bookings (
  id bigint generated always as identity primary key,
  service text not null,
  customer text not null,
  starts_at timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'confirmed')),
  confirmation text,
  created_at timestamptz not null default now()
)`;
const COLUMNS = `id::text, service, customer, starts_at as "startsAt", status, confirmation`;
/** Two processes that make the table at once would trip over each other. */
const TABLE_LOCK = 7_212_001;
/** A database that is away must be known to be away well within a health probe's five seconds. */
const LIMIT_MS = 2_000;

/**
 * The bookings in Postgres. Nothing is contacted before the first question.
 * @param {import("./settings.js").Settings} settings
 */
export function openDatabase({ databaseUrl, poolSize }) {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: 10_000,
  });
  // A connection that breaks while idle is replaced by the next query.
  pool.on("error", (error) => console.error(`postgres: an idle connection ended (${error.code ?? error.name})`));
  /** @type {Promise<unknown> | undefined} */
  let table;
  const ask = async (sql, values) => {
    table ??= makeTable(pool);
    await table.catch((error) => {
      table = undefined;
      throw error;
    });
    return (await pool.query(sql, values)).rows;
  };
  return {
    isGiven: databaseUrl !== undefined,
    async ping() {
      await pool.query({ text: "select 1", query_timeout: LIMIT_MS });
    },
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

/** @param {pg.Pool} pool */
async function makeTable(pool) {
  const client = await pool.connect();
  try {
    // In one transaction: behind a pooler a session is nobody's own.
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [TABLE_LOCK]);
    await client.query(TABLE);
    await client.query("commit");
    client.release();
  } catch (error) {
    // Its transaction is open, or it is broken.
    client.release(true);
    throw error;
  }
}
