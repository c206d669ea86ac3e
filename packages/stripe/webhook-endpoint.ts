import { type Call, defineResource, type InputProblem, orAbsent, PartialFailure } from "@mais/provider-kit";
import type { Stripe } from "stripe";
import { z } from "zod";
import type { StripeApi } from "./client.ts";
import { findMetadataProblems, markersOf, metadataChanges, ownMetadata, resourceMarker } from "./markers.ts";

const Endpoint = z.object({
  ...{ id: z.string(), object: z.string(), url: z.string(), enabled_events: z.array(z.string()), status: z.string() },
  ...{ api_version: z.string().nullish(), application: z.string().nullish(), description: z.string().nullish() },
  ...{ created: z.number(), livemode: z.boolean(), metadata: z.record(z.string(), z.string()).nullish() },
});
type Endpoint = z.output<typeof Endpoint>;

const LIST = { attempt: "GET /v1/webhook_endpoints", answer: z.object({ data: z.array(Endpoint) }) };
const CREATE = { attempt: "POST /v1/webhook_endpoints", answer: Endpoint.extend({ secret: z.string() }) };
const READ = { attempt: "GET /v1/webhook_endpoints/{id}", answer: Endpoint };
const UPDATE = { attempt: "POST /v1/webhook_endpoints/{id}", answer: Endpoint };
const DELETE = { attempt: "DELETE /v1/webhook_endpoints/{id}", answer: z.unknown() };

/** An address that Stripe sends events to. A Connect platform needs two: one with `connect`, one without. */
export const WebhookEndpoint = defineResource("stripe:index/webhookEndpoint:WebhookEndpoint", {
  inputs: {
    /** Must be https in live mode. */
    url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
    /** Event types by name, or `*` alone for nearly all; there are no other wildcards. */
    enabledEvents: z.array(z.string().min(1)).min(1),
    /** Pins the shape of events; by default the account's own version. Stripe cannot change it later. */
    apiVersion: z.string().optional(),
    /** Receives the events of connected accounts instead of the platform's own. Stripe cannot change it later. */
    connect: z.boolean().default(false),
    description: z.string().max(5000).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    /** Stops deliveries. Stripe sets it too, when an endpoint has failed for days. */
    disabled: z.boolean().default(false),
    /**
     * Endpoints (`we_…`) with the same url that may be there beside this one, for a rotation: Stripe tells no secret twice, so
     * an endpoint whose secret is unknown or leaked gets a successor, both deliver for a while, and then it is deleted.
     */
    besides: z.array(z.string().regex(/^we_\w+$/, "must be the id of an endpoint: we_…")).optional(),
  },
  outputs: {
    /** Signs every delivery (`whsec_…`). Stripe shows it at creation only: after an import it is absent. */
    secret: z.string(),
    /** `enabled` or `disabled` */
    status: z.string(),
    application: z.string().optional(),
    created: z.number(),
    livemode: z.boolean(),
    object: z.string(),
  },
  secrets: ["secret"],
  replaceOn: ["apiVersion", "connect"],
  unordered: ["enabledEvents"],
  writeOnly: ["besides"],
  shownOnce: true,
  recomputed: { status: ["disabled"] },
  check: ({ enabledEvents, metadata }) => [...findEventProblems(enabledEvents), ...findMetadataProblems(metadata)],

  async find(api: StripeApi, { url, connect, besides = [] }, call) {
    const page = await api.call(LIST, call.signal, (stripe) => stripe.webhookEndpoints.list({ limit: 100 }));
    const others = page.data.filter(({ id }) => !besides.includes(id));
    const same = others.filter((endpoint) => endpoint.url === url && mayBe(endpoint, connect));
    return same.map(({ id, created, metadata }) => {
      const nonce = markersOf(metadata).mais_nonce;
      return { id, label: url, createdAt: created * 1000, ...(nonce ? { nonce } : {}) };
    });
  },

  async create(api, inputs, call) {
    const { url, enabledEvents, apiVersion, connect, description, metadata, disabled } = inputs;
    const markers = { mais_nonce: call.nonce, mais_resource: resourceMarker(call.urn), mais_connect: String(connect) };
    const made = await api.create(CREATE, call, {
      send: (stripe, options) =>
        stripe.webhookEndpoints.create(
          {
            ...{ url, connect, metadata: { ...metadata, ...markers } },
            enabled_events: enabledEvents as Stripe.WebhookEndpointCreateParams.EnabledEvent[], // Stripe judges the names
            ...(apiVersion ? { api_version: apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion } : {}),
            ...(description ? { description } : {}),
          },
          options,
        ),
      exists: (id) => retrieve(api, id, call),
    });
    const { secret } = made;
    const live = { ...liveOf(made, inputs), secret };
    if (!disabled) return { id: made.id, ...live };
    try {
      const stopped = await api.call(UPDATE, call.signal, (stripe) =>
        stripe.webhookEndpoints.update(made.id, { disabled }),
      );
      return { id: made.id, ...liveOf(stopped, inputs), secret };
    } catch (error) {
      throw new PartialFailure(
        made.id,
        live,
        [`the endpoint was made but could not be disabled: ${messageOf(error)}`],
        { cause: error },
      );
    }
  },

  async read(api, id, call) {
    const endpoint = await orAbsent(retrieve(api, id, call));
    if (!endpoint) return undefined;
    if (!call.inputs)
      call.warn(
        "Stripe does not tell its signing secret again, nor whether this is a Connect endpoint. Roll the secret in the Dashboard " +
          "and give it to the application yourself, or let the program make a new endpoint.",
      );
    const { secret } = call.outputs ?? {};
    return { ...liveOf(endpoint, call.inputs), ...(secret === undefined ? {} : { secret }) };
  },

  async update(api, id, { url, enabledEvents, description, metadata, disabled }, call) {
    const { changed, olds } = call;
    const unfinished = changed.size === 0;
    const endpoint = await api.call(UPDATE, call.signal, (stripe) =>
      stripe.webhookEndpoints.update(id, {
        ...(changed.has("url") ? { url } : {}),
        ...(changed.has("enabledEvents")
          ? { enabled_events: enabledEvents as Stripe.WebhookEndpointUpdateParams.EnabledEvent[] } // as above
          : {}),
        ...(changed.has("description") ? { description: description ?? "" } : {}),
        ...(changed.has("metadata") ? { metadata: metadataChanges(olds.metadata, metadata) } : {}),
        ...(changed.has("disabled") || unfinished ? { disabled } : {}),
      }),
    );
    const { secret } = call.outputs;
    return { ...liveOf(endpoint, { metadata }), ...(secret === undefined ? {} : { secret }) };
  },

  async delete(api, id, call) {
    await orAbsent(api.call(DELETE, call.signal, (stripe) => stripe.webhookEndpoints.del(id)));
  },
});
export type WebhookEndpoint = InstanceType<typeof WebhookEndpoint>;

function retrieve(api: StripeApi, id: string, { signal }: Pick<Call, "signal">): Promise<Endpoint> {
  return api.call(READ, signal, (stripe) => stripe.webhookEndpoints.retrieve(id));
}

/** Without our marker an endpoint may be of either sort: then the URL alone decides, which errs on the side of refusing. */
function mayBe({ metadata }: Endpoint, connect: boolean): boolean {
  const marker = markersOf(metadata).mais_connect;
  return marker === undefined || marker === String(connect);
}

/** The endpoint as a program would write it; what is not there has the value undefined. */
function liveOf(endpoint: Endpoint, given: { metadata?: Record<string, string> | undefined } = {}) {
  const { url, enabled_events, api_version, description, status, application, created, livemode, object } = endpoint;
  const connect = markersOf(endpoint.metadata).mais_connect;
  const metadata = ownMetadata(endpoint.metadata);
  return {
    ...{ url, enabledEvents: enabled_events, disabled: status === "disabled" },
    // Left out where it cannot be known: then the state's own value stands.
    ...(connect === undefined ? {} : { connect: connect === "true" }),
    ...{ apiVersion: api_version ?? undefined, description: description || undefined },
    metadata: Object.keys(metadata).length > 0 ? metadata : given.metadata && {},
    ...{ application: application ?? undefined, status, created, livemode, object },
  };
}

function findEventProblems(events: readonly string[]): InputProblem[] {
  const property = "enabledEvents";
  const wild = events.filter((name) => name !== "*" && name.includes("*"));
  const twice = events.filter((name, index) => events.indexOf(name) !== index);
  return [
    ...wild.map((name) => ({ property, reason: `${name}: Stripe knows no wildcard but "*"; name each event` })),
    ...twice.map((name) => ({ property, reason: `${name} is listed twice` })),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
