export { ApiObject } from "./api-object.ts";
export { MessageStream } from "./message-stream.ts";
export { Server } from "./server.ts";
export { Webhook } from "./webhook.ts";
