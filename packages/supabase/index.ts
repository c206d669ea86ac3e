export { ApiObject } from "./api-object.ts";
export { Apikey } from "./apikey.ts";
export { Bucket } from "./bucket.ts";
export { DatabaseRole } from "./database-role.ts";
export { getApikeys, getBranch, getHealth, getPooler, listBackups } from "./functions.ts";
export { Project } from "./project.ts";
export { Settings } from "./settings.ts";
