import type { Make, Subject, Vendor } from "./subjects.ts";

const CANARY = "canary-secret-value-71";
const database = {
  ...{ organizationId: "sandbox", databasePassword: CANARY, region: "eu-central-1", instanceSize: "small" },
  legacyApiKeysEnabled: false,
};
const key = { name: "api_server", description: "of the API" };

export async function projectOf(make: Make): Promise<{ projectRef: string }> {
  const { id } = await make("project:Project", "db", { ...database, name: "mais-db" });
  return { projectRef: id };
}

/** A project, and what is in it. */
export function supabaseSubjects(supabase: Vendor): Subject[] {
  return [
    {
      ...{ vendor: supabase, type: "project:Project" },
      inputs: () => ({ ...database, name: "mais-dev", pointInTimeDays: 7 }),
      changed: () => ({ ...database, name: "mais-renamed", pointInTimeDays: 0, instanceSize: "micro" }),
    },
    {
      ...{ vendor: supabase, type: "settings:Settings", prepare: projectOf },
      inputs: ({ projectRef }) => ({ projectRef, auth: '{"jwt_exp":3600}', api: '{"max_rows":500}' }),
      changed: ({ projectRef }) => ({ projectRef, auth: '{"jwt_exp":60}', api: '{"max_rows":500}' }),
    },
    {
      ...{ vendor: supabase, type: "apikey:Apikey", prepare: projectOf },
      inputs: ({ projectRef }) => ({ projectRef, ...key, type: "secret" }),
      changed: ({ projectRef }) => ({ projectRef, ...key, type: "secret", description: "of API and worker" }),
    },
    {
      ...{ vendor: supabase, type: "bucket:Bucket", prepare: projectOf },
      inputs: ({ projectRef }) => ({ projectRef, name: "invoices", public: false, fileSizeLimit: 1_000_000 }),
      changed: ({ projectRef }) => ({ projectRef, name: "invoices", public: true, fileSizeLimit: 1_000_000 }),
    },
    {
      ...{ vendor: supabase, type: "databaseRole:DatabaseRole", prepare: projectOf },
      inputs: ({ projectRef }) => ({ projectRef, name: "app_a", password: CANARY }),
      changed: ({ projectRef }) => ({ projectRef, name: "app_a", password: CANARY, login: false }),
    },
  ];
}
