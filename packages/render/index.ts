export { ApiObject } from "./api-object.ts";
export { BackgroundWorker } from "./background-worker.ts";
export { CronJob } from "./cron-job.ts";
export { EnvGroup } from "./env-group.ts";
export { EnvGroupLink } from "./env-group-link.ts";
export { Project } from "./project.ts";
export { WebService } from "./web-service.ts";
