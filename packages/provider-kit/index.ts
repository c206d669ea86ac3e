export type { ApiObjectOptions, RawApi, RawMethod, RawOptions } from "./api-object.ts";
export { defineApiObject } from "./api-object.ts";
export { sendRaw } from "./api-object-request.ts";
export type { FunctionCall, FunctionContract, FunctionDefinition } from "./define-function.ts";
export { defineFunction } from "./define-function.ts";
export type { Connection, InvokeDefinition, ProviderDefinition } from "./define-provider.ts";
export { defineProvider } from "./define-provider.ts";
export type {
  Call,
  CreateCall,
  Definition,
  DeleteCall,
  FindCall,
  Found,
  InputProblem,
  Live,
  ReadCall,
  ResourceDefinition,
  Shape,
  UpdateCall,
} from "./define-resource.ts";
export { defineResource } from "./define-resource.ts";
export { ApiError, orAbsent, PartialFailure, Refused, Unsettled } from "./errors.ts";
export type { Explanation, Http, HttpOptions, RequestOptions } from "./http.ts";
export { PLUGIN_VERSION, UPSTASH_PLUGIN_VERSION } from "./plugin-version.ts";
export { redact } from "./redact.ts";
export { retryAfterMs } from "./retry-after.ts";
export type { StateUpgrade } from "./state-version.ts";
export { waitFor } from "./wait.ts";
