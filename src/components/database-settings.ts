export interface DatabaseSettingsArgs {
  /** Refuse connections without TLS. */
  enforceSsl: boolean;
  /** Whether PostgREST serves the public schema to whoever holds a key; left out, it stays as it is. */
  dataApi?: boolean | undefined;
  /** Who may connect to the database and its pooler; left out, it stays as it is. */
  allowedAddresses?: readonly string[] | undefined;
  /** Database connections of the pooler, per user; left out, Supabase decides by the size. */
  poolerConnections?: number | undefined;
  /** The largest object of any bucket, in bytes; left out, Supabase's own. */
  fileSizeLimit?: number | undefined;
}

/** A project's settings as the stack wants them, in Supabase's words. What a team says nothing of stays as it is. */
export function databaseSettings(args: DatabaseSettingsArgs) {
  const { enforceSsl, dataApi, allowedAddresses, poolerConnections, fileSizeLimit } = args;
  return {
    sslEnforcement: enforceSsl,
    // The application has its own sign-in; Supabase Auth is unused and must not admit anyone.
    auth: JSON.stringify({ disable_signup: true }),
    // Without a schema the Data API is off: tables that Prisma makes have no row-level security, and it would show them.
    api: text(dataApi === undefined ? undefined : { db_schema: dataApi ? "public" : "" }),
    network: text(allowedAddresses && { restrictions: allowedAddresses }),
    pooler: text(poolerConnections && { default_pool_size: poolerConnections }),
    storage: text(fileSizeLimit && { fileSizeLimit }),
  };
}

function text(block: object | undefined | 0): string | undefined {
  return block ? JSON.stringify(block) : undefined;
}
