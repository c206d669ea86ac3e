import { Refused } from "@mais/provider-kit";
import type { PoolerEntry } from "./database-api.ts";

/** The shared pooler of a project's primary database. */
export interface PoolerAddress {
  host: string;
  /** Transaction mode: no prepared statements. */
  transactionPort: number;
  /** Session mode, on the same host. */
  sessionPort: number;
  user: string;
  database: string;
}

const TRANSACTION_PORT = 6543;
const SESSION_PORT = 5432;

/**
 * Host, user and ports as Supabase tells them: the host holds a number that nobody can compose. Usually one mode alone
 * is listed, and the other is reached on the same host by the well-known port; a port of another kind serves both.
 * Source: https://supabase.com/docs/guides/database/connecting-to-postgres
 */
export function poolerAddress(entries: readonly PoolerEntry[], ref: string): PoolerAddress {
  const transaction = entries.find(({ mode }) => mode === "transaction");
  const session = entries.find(({ mode }) => mode === "session");
  const entry = transaction ?? session;
  if (!entry) throw new Refused(`Supabase named no pooler for the primary database of project ${ref}`);
  const transactionPort = transaction?.port ?? counterpart(entry.port, SESSION_PORT, TRANSACTION_PORT);
  // Another host would be another pooler: then the listed one is not the way that the ports are for.
  const listed = session?.host === entry.host ? session.port : undefined;
  const sessionPort = listed ?? counterpart(transactionPort, TRANSACTION_PORT, SESSION_PORT);
  return { host: entry.host, transactionPort, sessionPort, user: entry.user, database: entry.database };
}

function counterpart(port: number, known: number, other: number): number {
  return port === known ? other : port;
}
