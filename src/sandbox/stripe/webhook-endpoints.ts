import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { idempotent } from "./idempotency.ts";
import { answerPage, type Mode, newId, Objects, paging, queryOf, type StripeObject, seconds } from "./objects.ts";
import { clearable, flag, list, mergeMetadata, metadata, readParameters, text } from "./parameters.ts";
import { invalid, refuse } from "./refusals.ts";
import { API_VERSIONS, EVENT_TYPES } from "./vocabulary.ts";

const PAGE = "https://docs.stripe.com/api/webhook_endpoints";
const MAX_ENDPOINTS = 16;

export interface WebhookEndpoint extends StripeObject {
  object: "webhook_endpoint";
  api_version: string | null;
  application: string | null;
  description: string | null;
  enabled_events: string[];
  metadata: Record<string, string>;
  status: "enabled" | "disabled";
  url: string;
}

/**
 * `connect` decides what is delivered, but no answer tells it; the secret signs deliveries, and only the creation's answer
 * shows it. A store of an earlier release holds endpoints without one.
 */
export type Kept = WebhookEndpoint & { hidden: { connect: boolean; secret?: string } };

const eventType = z.string().superRefine((name, context) => {
  if (!EVENT_TYPES.has(name)) context.addIssue({ code: "custom", message: `"${name}" is not a known event type` });
});

const apiVersion = z.string().superRefine((version, context) => {
  if (!API_VERSIONS.has(version)) context.addIssue({ code: "custom", message: `Invalid API version: ${version}` });
});

const enabledEvents = list(eventType);
const changeable = { description: clearable(text()), metadata };

const createWebhookEndpoint = defineRoute("POST /v1/webhook_endpoints", {
  evidence: "documented",
  source: `${PAGE}/create`,
  handle: idempotent((call) => {
    const given = readParameters(
      {
        ...changeable,
        url: text(),
        enabled_events: enabledEvents,
        api_version: apiVersion.optional(),
        connect: flag.optional(),
      },
      call.body,
    );
    checkUrl(given.url, call);
    checkEvents(given.enabled_events);
    const endpoints = endpointsOf(call);
    if (endpoints.newestFirst().length >= MAX_ENDPOINTS)
      throw refuse(400, {
        message: `You have reached the maximum of ${MAX_ENDPOINTS} ${call.identity} webhook endpoints.`,
      });
    const secret = newId(call, "whsec", 32);
    const endpoint = endpoints.add({
      ...{
        id: newId(call, "we"),
        object: "webhook_endpoint",
        api_version: given.api_version ?? null,
        application: null,
      },
      ...{ created: seconds(call.now), description: given.description ?? null, enabled_events: given.enabled_events },
      ...{
        livemode: call.identity === "live",
        metadata: mergeMetadata({}, given.metadata),
        status: "enabled",
        url: given.url,
      },
      hidden: { connect: given.connect ?? false, secret },
    });
    return { status: 200, json: { ...show(endpoint), secret } };
  }),
});

const readWebhookEndpoint = defineRoute("GET /v1/webhook_endpoints/{id}", {
  evidence: "documented",
  source: `${PAGE}/retrieve`,
  handle(call) {
    readParameters({}, queryOf(call));
    return { status: 200, json: show(endpointOf(call)) };
  },
});

const listWebhookEndpoints = defineRoute("GET /v1/webhook_endpoints", {
  evidence: "documented",
  source: `${PAGE}/list`,
  handle(call) {
    readParameters(paging, queryOf(call));
    return answerPage(call, endpointsOf(call).newestFirst(), show);
  },
});

const updateWebhookEndpoint = defineRoute("POST /v1/webhook_endpoints/{id}", {
  evidence: "documented",
  source: `${PAGE}/update`,
  handle: idempotent((call) => {
    const endpoint = endpointOf(call);
    const given = readParameters(
      { ...changeable, url: text().optional(), enabled_events: enabledEvents.optional(), disabled: flag.optional() },
      call.body,
    );
    if (given.url !== undefined) checkUrl(given.url, call);
    if (given.enabled_events) checkEvents(given.enabled_events);
    const merged = mergeMetadata(endpoint.metadata, given.metadata);
    if (given.url !== undefined) endpoint.url = given.url;
    if (given.enabled_events) endpoint.enabled_events = given.enabled_events;
    if (given.description !== undefined) endpoint.description = given.description;
    if (given.disabled !== undefined) endpoint.status = given.disabled ? "disabled" : "enabled";
    endpoint.metadata = merged;
    return { status: 200, json: show(endpoint) };
  }),
});

const deleteWebhookEndpoint = defineRoute("DELETE /v1/webhook_endpoints/{id}", {
  evidence: "documented",
  source: `${PAGE}/delete`,
  handle(call) {
    const { id } = endpointOf(call);
    endpointsOf(call).remove(id);
    return { status: 200, json: { id, object: "webhook_endpoint", deleted: true } };
  },
});

export function endpointsOf(call: Mode): Objects<Kept> {
  return new Objects<Kept>(call, "webhook_endpoints");
}

function endpointOf(call: Call): Kept {
  return endpointsOf(call).get(call.params.id ?? "", "webhook endpoint");
}

function show({ hidden: _hidden, ...endpoint }: Kept): WebhookEndpoint {
  return endpoint;
}

function checkEvents(events: string[]): void {
  if (events.length === 0)
    throw invalid("enabled_events", "Missing required param: enabled_events.", "parameter_missing");
}

/** Live endpoints must be https; Stripe delivers from outside, so a loopback address is refused in both modes (inferred). */
function checkUrl(url: string, call: Call): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const problem =
    !parsed || !["http:", "https:"].includes(parsed.protocol)
      ? "An explicit scheme (such as https) must be provided."
      : /^(localhost|127\.|\[::1\])/.test(parsed.hostname)
        ? "URL must be publicly accessible."
        : call.identity === "live" && parsed.protocol !== "https:"
          ? "URL must begin with https:// in live mode."
          : undefined;
  if (problem) throw invalid("url", `Invalid URL: ${problem}`, "url_invalid");
}

export const webhookEndpointRoutes = [
  createWebhookEndpoint,
  readWebhookEndpoint,
  listWebhookEndpoints,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
];
