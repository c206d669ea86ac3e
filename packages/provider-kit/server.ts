import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { ProviderDefinition } from "./define-provider.ts";
import type { InputProblem } from "./define-resource.ts";
import type { PropertyChange } from "./diff.ts";
import { HalfMade } from "./half-made.ts";
import type { ProviderInstance } from "./provider-instance.ts";
import { packageSchema } from "./schema.ts";
import { decode, encode } from "./values.ts";
import { halfMadeError } from "./wire-errors.ts";

// The SDK's generated code is CommonJS that assigns its exports at run time, which `import` cannot see.
const require = createRequire(import.meta.url);
const pb: typeof provider_pb = require("@pulumi/pulumi/proto/provider_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");

export interface Served {
  port: number;
  close(): void;
}

/** Serves one provider instance on a loopback port of its own. */
export async function serve(
  provider: ProviderDefinition,
  instance: ProviderInstance,
  onEngine: (address: string) => void,
  onCancel: () => void,
): Promise<Served> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, unary(methods(provider, instance, onEngine, onCancel)));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

// Each method takes its own generated request class; the service definition pairs them by name.
type Method = (request: never) => unknown;

function unary(all: Record<string, Method>): grpc.UntypedServiceImplementation {
  const entries = Object.entries(all).map(([name, run]) => {
    const handle: grpc.handleUnaryCall<unknown, unknown> = async (call, callback) => {
      try {
        callback(null, await run(call.request as never));
      } catch (error) {
        if (error instanceof HalfMade) callback(halfMadeError(error, encode));
        else callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) });
      }
    };
    return [name, handle] as const;
  });
  return Object.fromEntries(entries);
}

function methods(
  provider: ProviderDefinition,
  instance: ProviderInstance,
  onEngine: (address: string) => void,
  onCancel: () => void,
): Record<string, Method> {
  return {
    handshake(request: provider_pb.ProviderHandshakeRequest) {
      onEngine(request.getEngineAddress());
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    },
    attach(request: { getAddress(): string }) {
      onEngine(request.getAddress());
      return new empty.Empty();
    },
    getPluginInfo() {
      const info = new plugin.PluginInfo();
      info.setVersion(provider.version);
      return info;
    },
    getSchema() {
      const response = new pb.GetSchemaResponse();
      response.setSchema(JSON.stringify(packageSchema(provider)));
      return response;
    },
    checkConfig(request: provider_pb.CheckRequest) {
      const news = decode(request.getNews());
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(
        instance.checkConfig(news.properties, decode(request.getOlds()).properties).map(failure),
      );
      return response;
    },
    // Neither a changed token nor a changed account replaces anything: the account is judged before the first call.
    diffConfig() {
      const response = new pb.DiffResponse();
      response.setChanges(pb.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    },
    configure(request: provider_pb.ConfigureRequest) {
      instance.configure(decode(request.getArgs()).properties);
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    },
    cancel() {
      onCancel();
      return new empty.Empty();
    },
    ...resourceMethods(instance),
  };
}

function resourceMethods(instance: ProviderInstance): Record<string, Method> {
  return {
    check(request: provider_pb.CheckRequest) {
      const { inputs, secretPaths, problems } = instance.check(
        request.getUrn(),
        decode(request.getOlds()),
        decode(request.getNews()),
      );
      const response = new pb.CheckResponse();
      response.setInputs(encode(inputs, secretPaths));
      response.setFailuresList(problems.map(failure));
      return response;
    },
    diff(request: provider_pb.DiffRequest) {
      return diffResponse(instance, request);
    },
    async create(request: provider_pb.CreateRequest) {
      const news = decode(request.getProperties());
      const { id, properties, secretPaths } = await instance.create(
        request.getUrn(),
        news,
        request.getTimeout(),
        request.getPreview(),
      );
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(encode(properties, secretPaths));
      return response;
    },
    async read(request: provider_pb.ReadRequest) {
      const existing = {
        ...subject(request),
        oldInputs: decode(request.getInputs()),
        oldOutputs: decode(request.getProperties()),
      };
      const read = await instance.read({ ...existing, timeoutSeconds: request.getTimeout() });
      const response = new pb.ReadResponse();
      if (!read) return response;
      response.setId(read.id);
      response.setInputs(encode(read.inputs.properties, read.inputs.secretPaths));
      response.setProperties(encode(read.outputs.properties, read.outputs.secretPaths));
      return response;
    },
    async update(request: provider_pb.UpdateRequest) {
      const existing = {
        ...subject(request),
        oldInputs: decode(request.getOldInputs()),
        oldOutputs: decode(request.getOlds()),
      };
      const full = { ...existing, timeoutSeconds: request.getTimeout() };
      const { properties, secretPaths } = await instance.update(full, decode(request.getNews()), request.getPreview());
      const response = new pb.UpdateResponse();
      response.setProperties(encode(properties, secretPaths));
      return response;
    },
    async delete(request: provider_pb.DeleteRequest) {
      const existing = {
        ...subject(request),
        oldInputs: decode(request.getOldInputs()),
        oldOutputs: decode(request.getProperties()),
      };
      await instance.delete({ ...existing, timeoutSeconds: request.getTimeout() });
      return new empty.Empty();
    },
    async invoke(request: provider_pb.InvokeRequest) {
      const answer = await instance.invoke(request.getTok(), decode(request.getArgs()));
      const response = new pb.InvokeResponse();
      if (Array.isArray(answer)) response.setFailuresList(answer.map(failure));
      else response.setReturn(encode(answer.properties, answer.secretPaths));
      return response;
    },
  };
}

function subject(request: { getId(): string; getUrn(): string }): { id: string; urn: string } {
  return { id: request.getId(), urn: request.getUrn() };
}

function failure({ property, reason }: InputProblem): provider_pb.CheckFailure {
  const message = new pb.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}

function diffResponse(instance: ProviderInstance, request: provider_pb.DiffRequest): provider_pb.DiffResponse {
  const existing = {
    ...subject(request),
    oldInputs: decode(request.getOldInputs()),
    oldOutputs: decode(request.getOlds()),
  };
  const { changed, changes, replaces, createBeforeDelete } = instance.diff(existing, decode(request.getNews()));
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse();
  response.setChanges(changed.size > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList(changes.filter((change) => change.replaces).map(({ path }) => path));
  response.setDeletebeforereplace(replaces && !createBeforeDelete);
  response.setHasdetaileddiff(true);
  for (const change of changes) response.getDetaileddiffMap().set(change.path, propertyDiff(change));
  return response;
}

function propertyDiff({ kind, replaces }: PropertyChange): provider_pb.PropertyDiff {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const message = new pb.PropertyDiff();
  message.setKind(kinds[kind][replaces ? 1 : 0]);
  message.setInputdiff(true);
  return message;
}
