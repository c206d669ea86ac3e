import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";

const require = createRequire(import.meta.url);
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb.js");
const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb.js");

/** The engine's diagnostics: where progress lines and warnings go. */
export interface EngineLog {
  progress(urn: string, message: string): void;
  note(urn: string, message: string): void;
  warn(urn: string, message: string): void;
}

/** Lines are dropped in silence once the engine is gone: there is nobody left to read them. */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  const send = (severity: number, urn: string, message: string, ephemeral: boolean) => {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    client.log(request, () => {});
  };
  return {
    progress: (urn, message) => send(LogSeverity.INFO, urn, message, true),
    note: (urn, message) => send(LogSeverity.INFO, urn, message, false),
    warn: (urn, message) => send(LogSeverity.WARNING, urn, message, false),
  };
}
