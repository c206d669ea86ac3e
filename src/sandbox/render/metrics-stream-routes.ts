import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { invalid, notFound } from "./refusals.ts";
import { bodyOf, ownerOf } from "./request.ts";

/** Where a workspace's metrics go. The token is taken and never given back, so the sandbox does not keep it. */
interface MetricsStream {
  ownerId: string;
  provider: string;
  url: string;
}

const metricsStreams = (store: Store): Collection<MetricsStream> => store.collection("metricsStreams");

const NAMED = ["BETTER_STACK", "GRAFANA", "DATADOG", "NEW_RELIC", "HONEYCOMB", "SIGNOZ", "GROUNDCOVER"] as const;
const Provider = z.enum([...NAMED, "LOGFIRE", "CUSTOM"]);

const retrieve = defineRoute("GET /v1/metrics-stream/{ownerId}", {
  evidence: "contract",
  handle(call) {
    const { id } = ownerOf(call);
    const stream = metricsStreams(call.store).get(id);
    if (!stream) throw notFound(id);
    return { status: 200, json: stream };
  },
});

const Stream = z.object({
  provider: Provider.optional(),
  url: z.string().optional(),
  token: z.string().optional(),
});

const put = defineRoute("PUT /v1/metrics-stream/{ownerId}", {
  evidence: "contract",
  handle(call) {
    const { id } = ownerOf(call);
    const known = metricsStreams(call.store).get(id);
    const { provider = known?.provider, url = known?.url } = bodyOf(call, Stream);
    // The contract requires neither; without both there is nowhere to send to.
    if (!provider || !url) throw invalid("provider and url are required");
    return { status: 200, json: metricsStreams(call.store).set(id, { ownerId: id, provider, url }) };
  },
});

const remove = defineRoute("DELETE /v1/metrics-stream/{ownerId}", {
  evidence: "contract",
  handle(call) {
    metricsStreams(call.store).delete(ownerOf(call).id);
    return { status: 204 };
  },
});

export const metricsStreamRoutes = [retrieve, put, remove];
