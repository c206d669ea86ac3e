export type { EngineLog } from "./engine-log.ts";
export { engineLog } from "./engine-log.ts";
export { createHttp } from "./http.ts";
export { Journal } from "./journal.ts";
export { ProviderInstance } from "./provider-instance.ts";
export { serve } from "./server.ts";
