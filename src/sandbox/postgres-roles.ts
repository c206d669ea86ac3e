/** The superuser; at Supabase too it is not `postgres`. */
export const ADMIN = "supabase_admin";

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function passwordChange(password: string): string {
  return ["postgres", "authenticator"].map((role) => `ALTER ROLE ${role} PASSWORD ${literal(password)};`).join("\n");
}

/**
 * What a project's database has beside PostgreSQL's own: roles, their defaults in `public`, and the schema for extensions.
 * Source: https://supabase.com/docs/guides/database/postgres/roles
 */
export function bootstrap(password: string): string {
  const roles = {
    anon: "NOLOGIN NOINHERIT",
    authenticated: "NOLOGIN NOINHERIT",
    service_role: "NOLOGIN NOINHERIT BYPASSRLS",
    authenticator: "LOGIN NOINHERIT",
    postgres: "LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS",
  };
  const made = Object.entries(roles).map(([role, attributes]) => `CREATE ROLE ${role} ${attributes};`);
  return [...made, passwordChange(password), GRANTS, EXTENSIONS].join("\n");
}

const GRANTS = `
GRANT anon, authenticated, service_role TO authenticator;
GRANT anon, authenticated, service_role, authenticator TO postgres WITH ADMIN OPTION;
GRANT pg_monitor, pg_signal_backend, pg_read_all_data TO postgres;
ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER DATABASE postgres OWNER TO postgres;
ALTER DATABASE postgres SET search_path = "$user", public, extensions;
CREATE SCHEMA extensions AUTHORIZATION postgres;
GRANT USAGE ON SCHEMA public, extensions TO anon, authenticated, service_role;
GRANT ALL ON SCHEMA public TO postgres;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
  GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
  GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public
  GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;`;

/** Those that every project starts with, as far as this server brings them. */
const EXTENSIONS = `
DO $$ DECLARE wanted text; BEGIN
  FOR wanted IN SELECT name FROM pg_available_extensions WHERE name IN ('pgcrypto', 'uuid-ossp') LOOP
    EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA extensions', wanted);
  END LOOP;
END $$;`;
