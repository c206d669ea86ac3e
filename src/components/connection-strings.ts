/** Where a Postgres database is reached: by the shared pooler, in two modes, and by its own host. */
export interface DatabaseAddress {
  poolerHost: string;
  /** Transaction mode. */
  poolerPort: number;
  /** Session mode on the same host. */
  sessionPort: number;
  /** `postgres.<ref>`: on the pooler a role carries the project. */
  user: string;
  /** The database's own host answers on IPv6 alone, unless the project has the IPv4 add-on. Render goes out on IPv4. */
  directHost: string;
  directPort: number;
  /** `postgres` */
  directUser: string;
  password: string;
  database: string;
}

/**
 * What Prisma uses at run time: the transaction pooler, which knows no prepared statements.
 * https://supabase.com/docs/guides/database/prisma
 */
export function pooledUrl(address: DatabaseAddress, poolSize: number): string {
  const { user, poolerHost, poolerPort } = address;
  const url = postgresUrl(address, { user, host: poolerHost, port: poolerPort });
  return `${url}?pgbouncer=true&connection_limit=${poolSize}`;
}

/** What migrations use: a session, on the pooler's IPv4 address. */
export function sessionUrl(address: DatabaseAddress): string {
  const { user, poolerHost, sessionPort } = address;
  return postgresUrl(address, { user, host: poolerHost, port: sessionPort });
}

/** Past any pooler. Of use where IPv6 goes out, or with the IPv4 add-on. */
export function hostUrl(address: DatabaseAddress): string {
  const { directUser, directHost, directPort } = address;
  return postgresUrl(address, { user: directUser, host: directHost, port: directPort });
}

interface Entrance {
  user: string;
  host: string;
  port: number;
}

function postgresUrl(
  { password, database }: Pick<DatabaseAddress, "password" | "database">,
  { user, host, port }: Entrance,
): string {
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}

/** BullMQ and ioredis read TLS from the scheme. https://upstash.com/docs/redis/howto/connectclient */
export function redisUrl({ endpoint, port, password }: { endpoint: string; port: number; password: string }): string {
  const host = endpoint.includes(".") ? endpoint : `${endpoint}.upstash.io`;
  return `rediss://default:${encodeURIComponent(password)}@${host}:${port}`;
}
