import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { keyValues } from "./key-value.ts";
import { notFound } from "./refusals.ts";
import { bare, bodyOf, filter, ownerOf, param, passes } from "./request.ts";
import { services } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/** Where a workspace's logs go. Tokens are taken and never given back, so the sandbox keeps none. */
interface OwnerStream {
  ownerId: string;
  preview: string;
  endpoint: string;
}

const ownerStreams = (store: Store): Collection<OwnerStream> => store.collection("logStreams");

const retrieveOwner = defineRoute("GET /v1/logs/streams/owner/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/get-owner-log-stream`,
  handle(call) {
    const { id } = ownerOf(call);
    const stream = ownerStreams(call.store).get(id);
    if (!stream) throw notFound(id);
    return { status: 200, json: stream };
  },
});

const destination = { endpoint: z.string().optional(), token: z.string().optional() };

const putOwner = defineRoute("PUT /v1/logs/streams/owner/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/update-owner-log-stream`,
  handle(call) {
    const { id } = ownerOf(call);
    const { preview, endpoint = "" } = bodyOf(call, z.object({ preview: z.enum(["send", "drop"]), ...destination }));
    return { status: 200, json: ownerStreams(call.store).set(id, { ownerId: id, preview, endpoint }) };
  },
});

const removeOwner = defineRoute("DELETE /v1/logs/streams/owner/{ownerId}", {
  evidence: "contract",
  source: `${DOCS}/delete-owner-log-stream`,
  handle(call) {
    ownerStreams(call.store).delete(ownerOf(call).id);
    return { status: 204 };
  },
});

/** What can send its logs elsewhere than its workspace does: services and key value instances. */
interface Source {
  id: string;
  ownerId: string;
  logStream?: { setting: string; endpoint: string } | undefined;
}

function sourceOf(call: Call): Source {
  const id = param(call, "resourceId");
  const source = services(call.store).get(id) ?? keyValues(call.store).get(id);
  if (!source) throw notFound(id);
  return source;
}

/** Render's 404 stands for "no override" too. */
function shape({ id, logStream }: Source): Record<string, string> {
  if (!logStream) throw notFound(id);
  return { resourceId: id, ...logStream };
}

const list = defineRoute("GET /v1/logs/streams/resource", {
  evidence: "contract",
  source: `${DOCS}/list-resource-log-streams`,
  handle(call) {
    const [ownerId, resourceId] = [filter(call, "ownerId"), filter(call, "resourceId")];
    const setting = filter(call, "setting");
    const sources: Source[] = [...services(call.store).list(), ...keyValues(call.store).list()];
    const found = sources.filter(
      (one) =>
        one.logStream !== undefined &&
        passes(ownerId, one.ownerId) &&
        passes(resourceId, one.id) &&
        passes(setting, one.logStream.setting),
    );
    return { status: 200, json: bare(call, found).map(shape) };
  },
});

const retrieve = defineRoute("GET /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/get-resource-log-stream`,
  handle: (call) => ({ status: 200, json: shape(sourceOf(call)) }),
});

const put = defineRoute("PUT /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/update-resource-log-stream`,
  handle(call) {
    const source = sourceOf(call);
    const { setting, endpoint = "" } = bodyOf(call, z.object({ setting: z.enum(["send", "drop"]), ...destination }));
    source.logStream = { setting, endpoint };
    return { status: 200, json: shape(source) };
  },
});

const remove = defineRoute("DELETE /v1/logs/streams/resource/{resourceId}", {
  evidence: "contract",
  source: `${DOCS}/delete-resource-log-stream`,
  handle(call) {
    sourceOf(call).logStream = undefined;
    return { status: 204 };
  },
});

export const logStreamRoutes = [retrieveOwner, putOwner, removeOwner, list, retrieve, put, remove];
