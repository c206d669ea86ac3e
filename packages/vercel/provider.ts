import { ApiError, defineProvider, PLUGIN_VERSION, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { ApiObject } from "./api-object.ts";
import { explain, Vercel } from "./client.ts";
import { FirewallConfig } from "./firewall-config.ts";
import { getDeployment, listDeployments } from "./functions.ts";
import { Project } from "./project.ts";
import { ProjectDomain } from "./project-domain.ts";
import { ProjectEnvironmentVariable } from "./project-environment-variable.ts";
import { ProjectEnvironmentVariables } from "./project-environment-variables.ts";
import { ProjectProtectionBypass } from "./project-protection-bypass.ts";
import { Webhook } from "./webhook.ts";

export const provider = defineProvider<Vercel, { team?: string }>({
  name: "vercel",
  title: "Vercel",
  version: PLUGIN_VERSION,
  baseUrl: "https://api.vercel.com",
  sandboxPath: "/vercel",
  config: {
    /** The team's id (`team_…`), from Vercel > Team Settings > General; its slug works too. */
    team: z.string().min(1).optional(),
  },
  credentials: {
    VERCEL_API_TOKEN: {
      about: "deploys to Vercel",
      getIt: "vercel.com/account/settings/tokens, scoped to the team",
      live: /^(?!sandbox_)\S{20,}$/,
    },
  },
  connect({ http, credentials, config }) {
    const token = credentials.VERCEL_API_TOKEN ?? "";
    const headers = { authorization: `Bearer ${token}` };
    return new Vercel(http({ headers, secrets: [token], explain, requestIdHeader: "x-vercel-id" }), config.team);
  },
  async verifyAccount(api, { team }, signal) {
    if (team === undefined) return;
    try {
      await api.team(team, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
      throw new Refused(
        `VERCEL_API_TOKEN does not open the team ${team} that this stack belongs to (Vercel answered ${error.status}). ` +
          "Use a token of a member of that team, or correct the team id in the stack's settings. Nothing was changed.",
        { cause: error },
      );
    }
  },
  resources: [
    Project,
    ProjectEnvironmentVariable,
    ProjectEnvironmentVariables,
    ProjectDomain,
    ProjectProtectionBypass,
    FirewallConfig,
    Webhook,
    ApiObject,
  ],
  invokes: [listDeployments, getDeployment],
});
