import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { notFound } from "./refusals.ts";
import { bodyOf, filter, newestFirst, page, param, passes, serviceOf } from "./request.ts";
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

const Stream = z.object({
  setting: z.enum(["send", "drop"]),
  endpoint: z.string().optional(),
  token: z.string().optional(),
});

/** The token is taken and never given back, so the sandbox does not keep it. */
function streamShape({ id, logStream }: Service): Record<string, string> {
  if (!logStream) throw notFound(id);
  return { resourceId: id, ...logStream };
}

function resourceOf(call: Call): Service {
  const id = param(call, "resourceId");
  const service = services(call.store).get(id);
  if (!service) throw notFound(id);
  return service;
}

const retrieveStream = defineRoute("GET /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/get-resource-log-stream`,
  handle: (call) => ({ status: 200, json: streamShape(resourceOf(call)) }),
});

const putStream = defineRoute("PUT /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/update-resource-log-stream`,
  handle(call) {
    const service = resourceOf(call);
    const { setting, endpoint } = bodyOf(call, Stream);
    service.logStream = { setting, endpoint: endpoint ?? "" };
    return { status: 200, json: streamShape(service) };
  },
});

const removeStream = defineRoute("DELETE /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/delete-resource-log-stream`,
  handle(call) {
    resourceOf(call).logStream = undefined;
    return { status: 204 };
  },
});

export const notificationRoutes = [listOverrides, retrieveOverride, updateOverride];
export const logStreamRoutes = [retrieveStream, putStream, removeStream];
