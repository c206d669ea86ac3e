export { Bucket } from "./bucket.ts";
export { Project } from "./project.ts";
export { Settings } from "./settings.ts";
