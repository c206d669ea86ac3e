export { ApiObject } from "./api-object.ts";
export { Domain, getDomainVerification } from "./domain.ts";
export { MessageStream } from "./message-stream.ts";
export { SenderSignature } from "./sender-signature.ts";
export { Server } from "./server.ts";
export { Template } from "./template.ts";
export { Webhook } from "./webhook.ts";
