import { ApiError, defineProvider, PLUGIN_VERSION, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { connect, type RenderApi } from "./client.ts";
import { getLogs, getMetrics, getService, listDeploys } from "./functions.ts";
import * as render from "./index.ts";

export const provider = defineProvider<RenderApi>({
  name: "render",
  title: "Render",
  version: PLUGIN_VERSION,
  baseUrl: "https://api.render.com/v1",
  sandboxPath: "/render/v1",
  config: {
    /** The workspace, `tea-…` (or `usr-…`): Render > Settings > General shows it in the address bar. */
    ownerId: z.string().regex(/^(tea|usr|own)-\w+$/, "is a workspace id such as tea-…"),
  },
  credentials: {
    RENDER_API_KEY: {
      about: "Render API key of a member of the workspace",
      getIt: "Render > Account Settings > API Keys",
      live: /^rnd_/,
    },
  },
  connect,
  async verifyAccount(api, { ownerId = "" }, signal) {
    try {
      await api.owner({ signal });
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.gone || error.status === 403)) throw error;
      throw new Refused(
        `RENDER_API_KEY does not open the workspace ${ownerId}. Use a key of one of its members, or correct the workspace id in the settings. Nothing was changed`,
        { cause: error },
      );
    }
  },
  resources: [
    ...[render.WebService, render.BackgroundWorker, render.CronJob],
    ...[render.Project, render.EnvGroup, render.EnvGroupLink, render.RegistryCredential],
    ...[render.NotificationSetting, render.Webhook, render.ApiObject],
  ],
  invokes: [getService, listDeploys, getMetrics, getLogs],
});
