import { type Call, defineRoute, type Reply, type Route } from "../emulator.ts";
import {
  addKeyValue,
  changeKeyValue,
  connectionOf,
  type KeyValue,
  KeyValueChanges,
  keyValueShape,
  keyValues,
  NewKeyValue,
  newKeyValueShape,
} from "./key-value.ts";
import { notFound } from "./refusals.ts";
import { bodyOf, filter, inTime, newestFirst, ownerOf, page, param, passes } from "./request.ts";
import { environments, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/** The two names under which Render serves the same objects. */
interface Face {
  path: "/v1/key-value" | "/v1/redis";
  /** The page's name, and the key of a list's elements. */
  page: "key-value" | "redis";
  key: "keyValue" | "redis";
  command: "cliCommand" | "redisCLICommand";
}

function instanceOf(call: Call, { key }: Face): KeyValue {
  const id = param(call, `${key}Id`);
  const instance = keyValues(call.store).get(id);
  if (!instance) throw notFound(id);
  return instance;
}

function list(call: Call, { key }: Face): Reply {
  const [name, region, ownerId] = [filter(call, "name"), filter(call, "region"), filter(call, "ownerId")];
  const environmentId = filter(call, "environmentId");
  const found = keyValues(call.store)
    .list()
    .filter(
      (one) =>
        passes(name, one.name) &&
        passes(region, one.region) &&
        passes(ownerId, one.ownerId) &&
        passes(environmentId, one.environmentId) &&
        inTime(call, "created", one.createdAt) &&
        inTime(call, "updated", one.updatedAt),
    );
  const shapes = newestFirst(found).map((one): Record<string, unknown> => {
    return { ...keyValueShape(call, one), dashboardUrl: `https://dashboard.render.com/r/${one.id}` };
  });
  return { status: 200, json: page(call, key, shapes, ({ id }) => String(id)) };
}

function create(call: Call): Reply {
  const given = bodyOf(call, NewKeyValue);
  ownerOf(call, given.ownerId);
  const { environmentId } = given;
  if (environmentId && !environments(call.store).get(environmentId)) throw notFound(environmentId);
  return { status: 201, json: newKeyValueShape(call, addKeyValue(call, given)) };
}

function update(call: Call, face: Face): Reply {
  const instance = instanceOf(call, face);
  changeKeyValue(instance, bodyOf(call, KeyValueChanges), call.now);
  return { status: 200, json: keyValueShape(call, instance) };
}

function remove(call: Call, face: Face): Reply {
  keyValues(call.store).delete(instanceOf(call, face).id);
  return { status: 204 };
}

function connectionInfo(call: Call, face: Face): Reply {
  const { command, ...strings } = connectionOf(instanceOf(call, face));
  return { status: 200, json: { ...strings, [face.command]: command } };
}

function routesOf(face: Face): Route[] {
  const { path, page: name } = face;
  const one = `${path}/{${face.key}Id}` as const;
  const contract = (source: string, handle: (call: Call, face: Face) => Reply): Omit<Route, "method" | "path"> => ({
    evidence: "contract",
    source: `${DOCS}/${source}`,
    handle: (call) => handle(call, face),
  });
  return [
    defineRoute(`GET ${path}`, contract(`list-${name}`, list)),
    defineRoute(`POST ${path}`, contract(`create-${name}`, create)),
    defineRoute(
      `GET ${one}`,
      contract(`retrieve-${name}`, (call) => ({ status: 200, json: keyValueShape(call, instanceOf(call, face)) })),
    ),
    defineRoute(`PATCH ${one}`, contract(`update-${name}`, update)),
    defineRoute(`DELETE ${one}`, contract(`delete-${name}`, remove)),
    defineRoute(`GET ${one}/connection-info`, contract(`retrieve-${name}-connection-info`, connectionInfo)),
  ];
}

const KEY_VALUE: Face = { path: "/v1/key-value", page: "key-value", key: "keyValue", command: "cliCommand" };
const REDIS: Face = { path: "/v1/redis", page: "redis", key: "redis", command: "redisCLICommand" };

const suspend = defineRoute("POST /v1/key-value/{keyValueId}/suspend", {
  evidence: "contract",
  source: `${DOCS}/suspend-key-value`,
  handle(call) {
    instanceOf(call, KEY_VALUE).suspended = true;
    return { status: 202 };
  },
});

const resume = defineRoute("POST /v1/key-value/{keyValueId}/resume", {
  evidence: "contract",
  source: `${DOCS}/resume-key-value`,
  handle(call) {
    const instance = instanceOf(call, KEY_VALUE);
    if (instance.suspended) Object.assign(instance, { suspended: false, startedAt: stamp(call.now) });
    return { status: 202 };
  },
});

export const keyValueRoutes = [...routesOf(KEY_VALUE), suspend, resume, ...routesOf(REDIS)];
