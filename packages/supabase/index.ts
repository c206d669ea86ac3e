export { Bucket } from "./bucket.ts";
export { getApikeys, getPooler } from "./functions.ts";
export { Project } from "./project.ts";
export { Settings } from "./settings.ts";
