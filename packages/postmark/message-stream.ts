import { defineResource, orAbsent, Refused } from "@mais/provider-kit";
import type { Models } from "postmark";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import { hasCode } from "./error-codes.ts";
import {
  type Access,
  checkServer,
  ownedId,
  parseOwnedId,
  readOwned,
  requireServer,
  withToken,
} from "./server-token.ts";

const StreamAnswer = z.object({
  ...{ ID: z.string(), ServerID: z.number(), Name: z.string(), Description: z.string().nullish() },
  ...{ MessageStreamType: z.string(), CreatedAt: z.string(), ArchivedAt: z.string().nullish() },
  ExpectedPurgeDate: z.string().nullish(),
  SubscriptionManagementConfiguration: z.object({ UnsubscribeHandlingType: z.string() }).nullish(),
});
type StreamAnswer = z.output<typeof StreamAnswer>;

const CREATE = { attempt: "POST /message-streams", answer: StreamAnswer };
const READ = { attempt: "GET /message-streams/{id}", answer: StreamAnswer };
const UPDATE = { attempt: "PATCH /message-streams/{id}", answer: StreamAnswer };
const ARCHIVE = { attempt: "POST /message-streams/{id}/archive", answer: z.unknown() };
const UNARCHIVE = { attempt: "POST /message-streams/{id}/unarchive", answer: z.unknown() };

const streamInputs = {
  /** A token of the server that the stream belongs to. */
  serverToken: z.string().min(1),
  /** The server's id. Give it along, so that the stream moves when the server is replaced. */
  serverId: z.number().optional(),
  /** The name by which mail chooses the stream. */
  streamId: z
    .string()
    .regex(
      /^(?!pm-)[a-z][a-z0-9_-]{0,29}$/,
      "must start with a letter, not with pm-, and hold at most 30 of a-z 0-9 - _",
    ),
  name: z.string().min(1).max(100),
  messageStreamType: z.enum(["Transactional", "Broadcasts", "Inbound"]),
  description: z
    .string()
    .max(1000)
    .regex(/^[^<>]*$/, "may not hold HTML")
    .optional(),
  /** Who puts the link for unsubscribing into bulk mail. */
  unsubscribeHandlingType: z.enum(["None", "Postmark", "Custom"]).optional(),
};
type Inputs = z.output<z.ZodObject<typeof streamInputs>>;

/** A separate channel of one server, so that bulk mail does not spoil the delivery of receipts. */
export const MessageStream = defineResource("postmark:index/messageStream:MessageStream", {
  inputs: streamInputs,
  outputs: {
    createdAt: z.string(),
  },
  secrets: ["serverToken"],
  replaceOn: ["serverId", "streamId", "messageStreamType"],

  async find(api: PostmarkApi, { serverToken, streamId }, { signal }) {
    const stream = await orAbsent(retrieve(api, { token: serverToken, signal }, streamId));
    if (!stream || stream.ArchivedAt) return [];
    const { ServerID, ID, CreatedAt } = stream;
    return [{ id: ownedId(ServerID, ID), label: ID, createdAt: Date.parse(CreatedAt) }];
  },

  async create(api, inputs, { signal }) {
    const access = { token: inputs.serverToken, signal };
    await requireServer(api, access, inputs.serverId);
    try {
      const made = await api.server(CREATE, access, (client) => client.createMessageStream(toWire(inputs)));
      return { id: ownedId(made.ServerID, made.ID), ...liveOf(made) };
    } catch (error) {
      if (!hasCode(error, 1230)) throw error;
      const back = await revive(api, access, inputs);
      return { id: ownedId(back.ServerID, back.ID), ...liveOf(back) };
    }
  },

  read: (api, id, { inputs, signal }) =>
    readOwned(api, { id, inputs, signal }, async (access, { own }) => {
      const stream = await retrieve(api, access, own);
      return stream.ArchivedAt ? undefined : liveOf(stream);
    }),

  async update(api, id, inputs, { changed, signal }) {
    const { serverId, own } = parseOwnedId(id);
    const access = { token: inputs.serverToken, signal };
    if (changed.has("serverToken")) await checkServer(api, access, serverId);
    const changes = changedFields(inputs, changed);
    if (Object.keys(changes).length === 0) return liveOf(await retrieve(api, access, own));
    return liveOf(await api.server(UPDATE, access, (client) => client.editMessageStream(own, changes)));
  },

  /** Postmark archives a stream and purges it after 45 days. */
  async delete(api, id, { inputs, signal, note, warn }) {
    const { serverId, own } = parseOwnedId(id);
    try {
      await withToken(api, { serverId, token: inputs.serverToken, signal }, (token) =>
        api.server(ARCHIVE, { token, signal }, (client) => client.archiveMessageStream(own)),
      );
      note(
        `Postmark deletes no streams: ${own} of server ${serverId} is archived, and purged after 45 days or with its server`,
      );
    } catch (error) {
      if (!hasCode(error, 1229)) throw error;
      warn(`Postmark keeps the stream ${own} for as long as its server lives; it is only no longer managed here`);
    }
  },
});
export type MessageStream = InstanceType<typeof MessageStream>;

function retrieve(api: PostmarkApi, access: Access, streamId: string): Promise<StreamAnswer> {
  return api.server(READ, access, (client) => client.getMessageStream(streamId));
}

/** The id may belong to an archived stream, which comes back as it is wanted now until it is purged. */
async function revive(api: PostmarkApi, access: Access, inputs: Inputs): Promise<StreamAnswer> {
  const { streamId, messageStreamType: type } = inputs;
  const archived = await retrieve(api, access, streamId);
  if (!archived.ArchivedAt)
    throw new Refused(`The stream ${streamId} exists already. Import it, or choose another streamId`);
  if (archived.MessageStreamType !== type)
    throw new Refused(
      `An archived stream of type ${archived.MessageStreamType} holds the id ${streamId} until ${archived.ExpectedPurgeDate ?? "it is purged"}. Choose another streamId`,
    );
  await api.server(UNARCHIVE, access, (client) => client.unarchiveMessageStream(streamId));
  const changes = { Description: "", ...changedFields(inputs, new Set(Object.keys(inputs))) };
  return api.server(UPDATE, access, (client) => client.editMessageStream(streamId, changes));
}

function toWire(inputs: Inputs): Models.CreateMessageStreamRequest {
  const { streamId, name, messageStreamType, description } = inputs;
  return {
    ID: streamId,
    Name: name,
    MessageStreamType: messageStreamType,
    ...described(description),
    ...subscriptionOf(inputs),
  };
}

function changedFields(inputs: Inputs, changed: ReadonlySet<string>): Models.UpdateMessageStreamRequest {
  return {
    ...(changed.has("name") ? { Name: inputs.name } : {}),
    ...(changed.has("description") ? { Description: inputs.description ?? "" } : {}),
    ...(changed.has("unsubscribeHandlingType") ? subscriptionOf(inputs) : {}),
  };
}

function described(description: string | undefined) {
  return description === undefined ? {} : { Description: description };
}

function subscriptionOf({ unsubscribeHandlingType: type }: Inputs) {
  // The SDK's enum consists of these texts.
  return type === undefined
    ? {}
    : { SubscriptionManagementConfiguration: { UnsubscribeHandlingType: type as Models.UnsubscribeHandlingTypes } };
}

/** The stream as a program would write it; what is not there has the value undefined. */
function liveOf(stream: StreamAnswer) {
  const {
    ID,
    ServerID,
    Name,
    Description,
    MessageStreamType,
    CreatedAt,
    SubscriptionManagementConfiguration: subscription,
  } = stream;
  return {
    ...{ streamId: ID, serverId: ServerID, name: Name, description: Description || undefined, createdAt: CreatedAt },
    // Values that we do not know yet must pass.
    messageStreamType: MessageStreamType as Inputs["messageStreamType"],
    unsubscribeHandlingType: subscription?.UnsubscribeHandlingType as Inputs["unsubscribeHandlingType"],
  };
}
