import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";

const require = createRequire(import.meta.url);
const pb = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");

export const SECRET_SIGNATURE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const secret = (value: unknown) => ({ ...SECRET_SIGNATURE, value });

type Fields = Record<string, unknown>;

/** Speaks to a provider as the engine does, with plain values. */
export function pluginClient(port: number) {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const send = <T>(method: string, request: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      client[method](request, (error: grpc.ServiceError | null, answer: T) =>
        error ? reject(error) : resolve(answer),
      );
    });
  const build = (Kind: new () => Record<string, (value: unknown) => void>, fields: Fields) => {
    const message = new Kind();
    for (const [setter, value] of Object.entries(fields)) if (value !== undefined) message[setter]?.(value);
    return message;
  };
  const toStruct = (fields: Fields | undefined) =>
    fields && struct.Struct.fromJavaScript(fields as Record<string, JavaScriptValue>);
  const plain = (message: { toJavaScript(): Fields } | undefined) => message?.toJavaScript() ?? {};

  return {
    cancel: () => send("cancel", new empty.Empty()),
    async checkConfig(news: Fields, olds: Fields = {}) {
      const request = build(pb.CheckRequest, { setNews: toStruct(news), setOlds: toStruct(olds) });
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("checkConfig", request);
      const failures = answer.getFailuresList() as { getProperty(): string; getReason(): string }[];
      return failures.map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    },
    configure: (args: Fields) => send("configure", build(pb.ConfigureRequest, { setArgs: toStruct(args) })),
    async check(urn: string, news: Fields, olds: Fields = {}) {
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send(
        "check",
        build(pb.CheckRequest, { setUrn: urn, setNews: toStruct(news), setOlds: toStruct(olds) }),
      );
      const failures = answer.getFailuresList() as { getProperty(): string; getReason(): string }[];
      return {
        inputs: plain(answer.getInputs()),
        failures: failures.map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
      };
    },
    async diff(urn: string, id: string, oldInputs: Fields, news: Fields) {
      const fields = {
        setId: id,
        setUrn: urn,
        setOldInputs: toStruct(oldInputs),
        setOlds: toStruct(oldInputs),
        setNews: toStruct(news),
      };
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("diff", build(pb.DiffRequest, fields));
      const detailed: Record<string, number> = {};
      answer.getDetaileddiffMap().forEach((change: { getKind(): number }, path: string) => {
        detailed[path] = change.getKind();
      });
      return {
        some: answer.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
        detailed,
        replaces: answer.getReplacesList() as string[],
        deleteBeforeReplace: answer.getDeletebeforereplace() as boolean,
      };
    },
    async create(urn: string, properties: Fields, options: { preview?: boolean; timeout?: number } = {}) {
      const fields = {
        setUrn: urn,
        setProperties: toStruct(properties),
        setPreview: options.preview,
        setTimeout: options.timeout,
      };
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("create", build(pb.CreateRequest, fields));
      return { id: answer.getId() as string, properties: plain(answer.getProperties()) };
    },
    async read(urn: string, id: string, inputs?: Fields, properties?: Fields) {
      const fields = { setId: id, setUrn: urn, setInputs: toStruct(inputs), setProperties: toStruct(properties) };
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("read", build(pb.ReadRequest, fields));
      return {
        id: answer.getId() as string,
        inputs: plain(answer.getInputs()),
        properties: plain(answer.getProperties()),
      };
    },
    async update(urn: string, id: string, oldInputs: Fields, olds: Fields, news: Fields, preview = false) {
      const fields = {
        setId: id,
        setUrn: urn,
        setOldInputs: toStruct(oldInputs),
        setOlds: toStruct(olds),
        setNews: toStruct(news),
        setPreview: preview,
      };
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("update", build(pb.UpdateRequest, fields));
      return plain(answer.getProperties());
    },
    delete: (urn: string, id: string, oldInputs: Fields, properties: Fields) =>
      send(
        "delete",
        build(pb.DeleteRequest, {
          setId: id,
          setUrn: urn,
          setOldInputs: toStruct(oldInputs),
          setProperties: toStruct(properties),
        }),
      ),
    async invoke(token: string, args: Fields) {
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("invoke", build(pb.InvokeRequest, { setTok: token, setArgs: toStruct(args) }));
      const failures = answer.getFailuresList() as { getProperty(): string; getReason(): string }[];
      return {
        answer: plain(answer.getReturn()),
        failures: failures.map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
      };
    },
    async schema() {
      // biome-ignore lint/suspicious/noExplicitAny: the generated classes are untyped through require
      const answer: any = await send("getSchema", new pb.GetSchemaRequest());
      return JSON.parse(answer.getSchema()) as Record<string, Record<string, unknown>>;
    },
    async version() {
      const answer = await send<{ getVersion(): string }>("getPluginInfo", new empty.Empty());
      return answer.getVersion();
    },
    close: () => client.close(),
  };
}
