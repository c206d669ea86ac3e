/** Where a Postgres database is reached: the shared pooler, and the session port for what cannot go through it. */
export interface DatabaseAddress {
  poolerHost: string;
  /** Transaction mode. */
  poolerPort: number;
  /** Session mode on the same host. */
  sessionPort: number;
  /** `postgres.<ref>` */
  user: string;
  password: string;
  database: string;
}

/**
 * What Prisma uses at run time: the transaction pooler, which knows no prepared statements.
 * https://supabase.com/docs/guides/database/prisma
 */
export function pooledUrl(address: DatabaseAddress, poolSize: number): string {
  return `${base(address, address.poolerPort)}?pgbouncer=true&connection_limit=${poolSize}`;
}

/** What migrations use: a session on the pooler's IPv4 address, since the direct host answers on IPv6 only. */
export function sessionUrl(address: DatabaseAddress): string {
  return base(address, address.sessionPort);
}

function base({ user, password, poolerHost, database }: DatabaseAddress, port: number): string {
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${poolerHost}:${port}/${database}`;
}

/** BullMQ and ioredis read TLS from the scheme. https://upstash.com/docs/redis/howto/connectclient */
export function redisUrl({ endpoint, port, password }: { endpoint: string; port: number; password: string }): string {
  const host = endpoint.includes(".") ? endpoint : `${endpoint}.upstash.io`;
  return `rediss://default:${encodeURIComponent(password)}@${host}:${port}`;
}
