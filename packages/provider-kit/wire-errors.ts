import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import type { HalfMade } from "./half-made.ts";
import type { encode } from "./values.ts";

const require = createRequire(import.meta.url);
const { ErrorResourceInitFailed } = require("@pulumi/pulumi/proto/provider_pb.js");
const { Status } = require("@pulumi/pulumi/proto/status_pb.js");

/** The engine's way to say "made, but not ready": the object stays in state and the next run updates it. */
export function halfMadeError(error: HalfMade, toStruct: typeof encode): Partial<grpc.StatusObject> {
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setReasonsList([...error.reasons]);
  detail.setProperties(toStruct(error.outputs.properties, error.outputs.secretPaths));
  detail.setInputs(toStruct(error.inputs.properties, error.inputs.secretPaths));
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}
