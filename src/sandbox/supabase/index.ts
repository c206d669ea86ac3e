import type { Emulator } from "../emulator.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { apiSettingsRoutes } from "./api-settings.ts";
import { authSettingsRoutes } from "./auth-settings.ts";
import { backupRoutes } from "./backups.ts";
import { billingRoutes } from "./billing.ts";
import { branchRoutes } from "./branches.ts";
import { bucketRoutes } from "./buckets.ts";
import { authenticate } from "./credentials.ts";
import { databaseRoutes } from "./database.ts";
import { diskRoutes } from "./disk.ts";
import { healthRoutes } from "./health.ts";
import { migrationRoutes } from "./migrations.ts";
import { networkRoutes } from "./network.ts";
import { organizationRoutes } from "./organizations.ts";
import { pausingRoutes } from "./pausing.ts";
import { poolerRoutes } from "./pooler.ts";
import { projectRoutes } from "./projects.ts";
import { queryRoutes } from "./queries.ts";
import { rateLimitHeaders } from "./rate-limit.ts";
import { openDatabases } from "./real-database.ts";
import { recoveryRoutes } from "./recovery.ts";
import { regionRoutes } from "./regions.ts";
import { secretRoutes } from "./secrets.ts";
import { organizations } from "./state.ts";

/** Supabase's Management API under `/v1`, and each project's Storage API under `/storage/<ref>/v1`. */
export const emulator: Emulator = {
  vendor: "supabase",
  routes: [
    ...organizationRoutes,
    ...regionRoutes,
    ...projectRoutes,
    ...pausingRoutes,
    ...healthRoutes,
    ...apiKeyRoutes,
    ...poolerRoutes,
    ...databaseRoutes,
    ...networkRoutes,
    ...authSettingsRoutes,
    ...apiSettingsRoutes,
    ...billingRoutes,
    ...diskRoutes,
    ...backupRoutes,
    ...recoveryRoutes,
    ...queryRoutes,
    ...migrationRoutes,
    ...secretRoutes,
    ...branchRoutes,
    ...bucketRoutes,
  ],
  authenticate,
  unemulated: ({ method, path }) => ({ message: `The sandbox does not emulate ${method} ${path}` }),
  failed: () => ({ message: "Internal server error" }),
  headers: (call) => (call.path.startsWith("/v1/") ? rateLimitHeaders(call) : {}),
  seed(store) {
    organizations(store).set("sandbox", { id: "sandbox", slug: "sandbox", name: "Sandbox", plan: "pro" });
  },
  resume: openDatabases,
  resumesFirst: true,
};
