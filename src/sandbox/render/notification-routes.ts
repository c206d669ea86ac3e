import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { bodyOf, filter, newestFirst, ownerOf, page, passes, serviceOf } from "./request.ts";
import { type Service, services } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function overrideShape({ id, notifications }: Service): Record<string, string> {
  return { serviceId: id, ...notifications };
}

const listOverrides = defineRoute("GET /v1/notification-settings/overrides", {
  evidence: "contract",
  source: `${DOCS}/list-notification-overrides`,
  handle(call) {
    const [ownerId, serviceId] = [filter(call, "ownerId"), filter(call, "serviceId")];
    const found = services(call.store)
      .list()
      .filter((one) => passes(ownerId, one.ownerId) && passes(serviceId, one.id));
    const shapes = newestFirst(found).map(overrideShape);
    return { status: 200, json: page(call, "override", shapes, (one) => one.serviceId ?? "") };
  },
});

const retrieveOverride = defineRoute("GET /v1/notification-settings/overrides/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-service-notification-overrides`,
  handle: (call) => ({ status: 200, json: overrideShape(serviceOf(call)) }),
});

const Changes = z.object({
  notificationsToSend: z.enum(["default", "none", "failure", "all"]).optional(),
  previewNotificationsEnabled: z.enum(["default", "false", "true"]).optional(),
});

const updateOverride = defineRoute("PATCH /v1/notification-settings/overrides/services/{serviceId}", {
  evidence: "contract",
  source: `${DOCS}/patch-service-notification-overrides`,
  handle(call) {
    const service = serviceOf(call);
    const { notificationsToSend, previewNotificationsEnabled } = bodyOf(call, Changes);
    const { notifications } = service;
    notifications.notificationsToSend = notificationsToSend ?? notifications.notificationsToSend;
    notifications.previewNotificationsEnabled =
      previewNotificationsEnabled ?? notifications.previewNotificationsEnabled;
    return { status: 200, json: overrideShape(service) };
  },
});

/** What a workspace's members hear about, where a service says nothing else. */
interface OwnerSettings {
  ownerId: string;
  slackEnabled: boolean;
  emailEnabled: boolean;
  previewNotificationsEnabled: boolean;
  notificationsToSend: string;
}

const ownerSettings = (store: Store): Collection<OwnerSettings> => store.collection("notificationSettings");

/** A workspace always has its settings; these are the ones nobody has touched, as far as Render's pages tell. */
function settingsOf(call: Call): OwnerSettings {
  const { id } = ownerOf(call);
  const untouched = { slackEnabled: false, emailEnabled: true, previewNotificationsEnabled: false };
  return ownerSettings(call.store).get(id) ?? { ownerId: id, ...untouched, notificationsToSend: "failure" };
}

const retrieveOwner = defineRoute("GET /v1/notification-settings/owners/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-owner-notification-settings`,
  handle: (call) => ({ status: 200, json: settingsOf(call) }),
});

const OwnerChanges = z.object({
  emailEnabled: z.boolean().optional(),
  previewNotificationsEnabled: z.boolean().optional(),
  notificationsToSend: z.enum(["none", "failure", "all"]).optional(),
});

const updateOwner = defineRoute("PATCH /v1/notification-settings/owners/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/patch-owner-notification-settings`,
  handle(call) {
    const settings = settingsOf(call);
    const given = bodyOf(call, OwnerChanges);
    settings.emailEnabled = given.emailEnabled ?? settings.emailEnabled;
    settings.previewNotificationsEnabled = given.previewNotificationsEnabled ?? settings.previewNotificationsEnabled;
    settings.notificationsToSend = given.notificationsToSend ?? settings.notificationsToSend;
    return { status: 200, json: ownerSettings(call.store).set(settings.ownerId, settings) };
  },
});

export const notificationRoutes = [listOverrides, retrieveOverride, updateOverride, retrieveOwner, updateOwner];
