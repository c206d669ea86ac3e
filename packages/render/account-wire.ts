import { z } from "zod";

// Render's answers about what belongs to the whole workspace. Unknown fields and values pass.

const text = z.string();

export const NotificationSettings = z.object({
  ownerId: text,
  emailEnabled: z.boolean(),
  slackEnabled: z.boolean(),
  previewNotificationsEnabled: z.boolean(),
  notificationsToSend: text,
});
export type NotificationSettings = z.output<typeof NotificationSettings>;

/** The token is never in it. */
export const RegistryCredential = z.object({ id: text, name: text, registry: text, username: text });
export type RegistryCredential = z.output<typeof RegistryCredential>;
export const RegistryCredentials = z.array(RegistryCredential);

export const Webhook = z.object({
  id: text,
  name: text,
  url: text,
  enabled: z.boolean(),
  secret: text,
  eventFilter: z.array(text).nullish(),
});
export type Webhook = z.output<typeof Webhook>;
export const Webhooks = z.array(z.object({ webhook: Webhook, cursor: text }));

export const LogPage = z.object({
  hasMore: z.boolean(),
  nextStartTime: text.optional(),
  nextEndTime: text.optional(),
  logs: z.array(
    z.object({ message: text, timestamp: text, labels: z.array(z.object({ name: text, value: text })).nullish() }),
  ),
});
export type LogPage = z.output<typeof LogPage>;

export const Metric = z.array(
  z.object({
    labels: z.array(z.object({ field: text, value: text })),
    unit: text,
    values: z.array(z.object({ timestamp: text, value: z.number() })),
  }),
);
export type Metric = z.output<typeof Metric>;
