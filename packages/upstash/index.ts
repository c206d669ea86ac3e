export { ApiObject } from "./api-object.ts";
export { DatabaseSettings } from "./database-settings.ts";
export { getStats, listBackups } from "./functions.ts";
