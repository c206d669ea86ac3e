import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { NotificationSettings } from "./account-wire.ts";
import type { RenderApi } from "./client.ts";

const WHAT = ["all", "failure", "none"] as const;

/**
 * What the workspace tells its members. There is one for each workspace, whatever stacks live in it: let one of them own
 * it. Deleting it leaves the setting as it is.
 */
export const NotificationSetting = defineResource("render:index/notificationSetting:NotificationSetting", {
  inputs: {
    emailEnabled: z.boolean().optional(),
    notificationsToSend: z.enum(WHAT).optional(),
    previewNotificationsEnabled: z.boolean().optional(),
  },
  outputs: {
    /** Slack is connected in the dashboard alone. */
    slackEnabled: z.boolean(),
  },
  async create(api: RenderApi, inputs, call) {
    return { id: api.ownerId, ...liveOf(await api.setNotifications(inputs, call)) };
  },
  async read(api, id, call) {
    return { id, ...liveOf(await api.notificationSettings(call)) };
  },
  async update(api, _id, inputs, call) {
    return liveOf(await api.setNotifications(inputs, call));
  },
  async delete(_api, id, call) {
    call.note(`Render keeps the notification settings of ${id} as they are: a workspace always has some`);
  },
});
export type NotificationSetting = InstanceType<typeof NotificationSetting>;

function liveOf({ notificationsToSend, ...settings }: NotificationSettings) {
  const { emailEnabled, previewNotificationsEnabled, slackEnabled } = settings;
  // Render may know more words than we do.
  const known = notificationsToSend as (typeof WHAT)[number];
  return { emailEnabled, previewNotificationsEnabled, slackEnabled, notificationsToSend: known };
}
