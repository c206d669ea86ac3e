import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readFields, text, timestamp } from "./fields.ts";
import { refuse } from "./refusals.ts";

const PAGE = "https://postmarkapp.com/developer/api/message-streams-api";
const MAX_STREAMS = 10;
const PURGED_AFTER_MS = 45 * 24 * 60 * 60 * 1000;

type StreamType = "Transactional" | "Broadcasts" | "Inbound";

interface MessageStream {
  ID: string;
  ServerID: number;
  Name: string;
  Description: string | null;
  MessageStreamType: StreamType;
  CreatedAt: string;
  UpdatedAt: string | null;
  ArchivedAt: string | null;
  ExpectedPurgeDate: string | null;
  SubscriptionManagementConfiguration: { UnsubscribeHandlingType: "None" | "Postmark" | "Custom" };
}

const id = text(
  1227,
  "The stream ID must start with a letter and hold only lower-case letters, digits, hyphens and underscores, at most 30.",
  (value) => /^[a-z][a-z0-9_-]{0,29}$/.test(value),
).superRefine((value, context) => {
  if (value.startsWith("pm-"))
    context.addIssue({ code: "custom", message: "A stream ID may not start with 'pm-'.", params: { code: 1233 } });
});

const streamName = text(1223, "The stream name is missing.", (value) => value.trim() !== "").superRefine(
  (value, context) => {
    if (value.length > 100)
      context.addIssue({
        code: "custom",
        message: "The stream name is longer than 100 characters.",
        params: { code: 1224 },
      });
  },
);

const description = text(1231, "The description is longer than 1000 characters.", (value) => value.length <= 1000)
  .superRefine((value, context) => {
    if (/<[a-z/]/i.test(value))
      context.addIssue({ code: "custom", message: "The description may not hold HTML.", params: { code: 1234 } });
  })
  .optional();

const streamType = text(1221, "The message stream type is not valid.", (value) => value in UNSUBSCRIBE);
const subscription = z.object({ UnsubscribeHandlingType: z.enum(["None", "Postmark", "Custom"]) }).optional();

/** What a type starts with. */
const UNSUBSCRIBE = { Transactional: "None", Broadcasts: "Postmark", Inbound: "None" } as const;

const DEFAULTS: readonly [string, string, StreamType][] = [
  ["inbound", "Default Inbound Stream", "Inbound"],
  ["outbound", "Default Transactional Stream", "Transactional"],
  ["broadcast", "Default Broadcast Stream", "Broadcasts"],
];

export function addDefaultStreams(call: Call, server: number): void {
  for (const [streamId, name, type] of DEFAULTS) keep(call, newStream(call, { server, streamId, name, type }));
}

export function removeStreams(call: Call, server: number): void {
  for (const stream of ofServer(call, server)) streams(call).delete(key(server, stream.ID));
}

/** A stream that takes mail or hooks: there and not archived. */
export function hasStream(call: Call, server: number, streamId: string): boolean {
  const stream = streams(call).get(key(server, streamId));
  return stream !== undefined && stream.ArchivedAt === null;
}

const createStream = defineRoute("POST /message-streams", {
  evidence: "documented",
  source: `${PAGE}#create-a-message-stream`,
  handle(call) {
    const body = (call.body ?? {}) as Record<string, unknown>;
    if (body.ID === undefined) throw refuse(1222, "The stream ID is missing.");
    if (body.Name === undefined) throw refuse(1223, "The stream name is missing.");
    const fields = { ID: id, Name: streamName, MessageStreamType: streamType, Description: description };
    const given = readFields(call, { ...fields, SubscriptionManagementConfiguration: subscription });
    const server = Number(call.identity);
    const type = given.MessageStreamType as StreamType;
    const present = ofServer(call, server);
    // Archived ones count too (inferred): they can come back.
    if (present.some((stream) => stream.ID === given.ID))
      throw refuse(1230, "A stream with this ID already exists on this server.");
    if (type === "Inbound" && present.some((stream) => stream.MessageStreamType === "Inbound"))
      throw refuse(1228, "A server can have one inbound stream only.");
    if (present.filter((stream) => stream.ArchivedAt === null).length >= MAX_STREAMS)
      throw refuse(1225, `A server can have at most ${MAX_STREAMS} streams.`);
    const stream = newStream(call, { server, streamId: given.ID, name: given.Name, type });
    stream.Description = given.Description ?? null;
    if (given.SubscriptionManagementConfiguration) setSubscription(stream, given.SubscriptionManagementConfiguration);
    return { status: 200, json: keep(call, stream) };
  },
});

const readStream = defineRoute("GET /message-streams/{id}", {
  evidence: "documented",
  source: `${PAGE}#get-a-message-stream`,
  handle: (call) => ({ status: 200, json: streamOf(call) }),
});

const listStreams = defineRoute("GET /message-streams", {
  evidence: "documented",
  source: `${PAGE}#list-message-streams`,
  handle(call) {
    const type = (call.query.get("MessageStreamType") ?? "All").toLowerCase();
    const withArchived = call.query.get("IncludeArchivedStreams")?.toLowerCase() === "true";
    const matching = ofServer(call, Number(call.identity)).filter(
      (stream) =>
        (withArchived || stream.ArchivedAt === null) &&
        (type === "all" || stream.MessageStreamType.toLowerCase() === type),
    );
    return { status: 200, json: { MessageStreams: matching, TotalCount: matching.length } };
  },
});

const editStream = defineRoute("PATCH /message-streams/{id}", {
  evidence: "documented",
  source: `${PAGE}#edit-a-message-stream`,
  handle(call) {
    const stream = streamOf(call);
    const given = readFields(call, {
      ...{ Name: streamName.optional(), Description: description, SubscriptionManagementConfiguration: subscription },
    });
    if (given.SubscriptionManagementConfiguration) setSubscription(stream, given.SubscriptionManagementConfiguration);
    if (given.Name !== undefined) stream.Name = given.Name;
    if (given.Description !== undefined) stream.Description = given.Description;
    stream.UpdatedAt = timestamp(call.now);
    return { status: 200, json: stream };
  },
});

const archiveStream = defineRoute("POST /message-streams/{id}/archive", {
  evidence: "documented",
  source: `${PAGE}#archive-a-message-stream`,
  handle(call) {
    const stream = streamOf(call);
    if (["outbound", "inbound"].includes(stream.ID))
      throw refuse(1229, "The default transactional and inbound streams cannot be archived.");
    stream.ArchivedAt ??= timestamp(call.now);
    stream.ExpectedPurgeDate ??= timestamp(new Date(call.now.getTime() + PURGED_AFTER_MS));
    const { ID, ServerID, ExpectedPurgeDate } = stream;
    return { status: 200, json: { ID, ServerID, ExpectedPurgeDate } };
  },
});

const unarchiveStream = defineRoute("POST /message-streams/{id}/unarchive", {
  evidence: "documented",
  source: `${PAGE}#unarchive-a-message-stream`,
  handle(call) {
    const stream = streamOf(call);
    stream.ArchivedAt = null;
    stream.ExpectedPurgeDate = null;
    stream.UpdatedAt = timestamp(call.now);
    return { status: 200, json: stream };
  },
});

interface NewStream {
  server: number;
  streamId: string;
  name: string;
  type: StreamType;
}

function newStream(call: Call, { server, streamId, name, type }: NewStream): MessageStream {
  return {
    ...{ ID: streamId, ServerID: server, Name: name, Description: null, MessageStreamType: type },
    ...{ CreatedAt: timestamp(call.now), UpdatedAt: null, ArchivedAt: null, ExpectedPurgeDate: null },
    SubscriptionManagementConfiguration: { UnsubscribeHandlingType: UNSUBSCRIBE[type] },
  };
}

/** Bulk mail must let people unsubscribe; anything else needs Postmark's approval (inferred). */
function setSubscription(stream: MessageStream, given: MessageStream["SubscriptionManagementConfiguration"]): void {
  if (stream.MessageStreamType === "Broadcasts" && given.UnsubscribeHandlingType === "None")
    throw refuse(403, "Broadcast streams need unsubscribe handling; contact support to switch it off.");
  stream.SubscriptionManagementConfiguration = given;
}

/** After its purge date an archived stream is gone. */
function ofServer(call: Call, server: number): MessageStream[] {
  const mine = streams(call)
    .list()
    .filter((stream) => stream.ServerID === server);
  return mine.filter(
    ({ ExpectedPurgeDate }) => ExpectedPurgeDate === null || Date.parse(ExpectedPurgeDate) > call.now.getTime(),
  );
}

function streamOf(call: Call): MessageStream {
  const stream = ofServer(call, Number(call.identity)).find((one) => one.ID === call.params.id);
  if (!stream) throw refuse(1226, "The message stream was not found on this server.");
  return stream;
}

function keep(call: Call, stream: MessageStream): MessageStream {
  return streams(call).set(key(stream.ServerID, stream.ID), stream);
}

function streams(call: Call) {
  return call.store.collection<MessageStream>("streams");
}

function key(server: number, streamId: string): string {
  return `${server}/${streamId}`;
}

export const messageStreamRoutes = [createStream, readStream, listStreams, editStream, archiveStream, unarchiveStream];
