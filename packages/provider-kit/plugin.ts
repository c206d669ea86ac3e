export { engineLog } from "./engine-log.ts";
export type { EngineLog } from "./engine-log.ts";
export { ProviderInstance } from "./handlers.ts";
export { createHttp } from "./http.ts";
export { Journal } from "./journal.ts";
export { serve } from "./server.ts";
