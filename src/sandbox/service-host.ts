/** One version of a service that an emulated platform runs. */
export interface ServiceVersion {
  /** The vendor's service id. */
  id: string;
  /** How a person would call it. */
  name: string;
  /** `render` or `vercel` */
  vendor: string;
  /** `web`, the default, listens on PORT; a `worker` only runs; a `cron` job is built, and runs when it is due. */
  kind?: ServiceKind | undefined;
  /** An absolute folder with the source (a `file://` repository); undefined for a repository elsewhere, which gets a stand-in. */
  folder: string | undefined;
  /** Where in the folder its commands run; by default at its top. */
  rootDir?: string | undefined;
  /** What `identifySource` said of the folder, or an earlier answer of it; by default what is in the folder now. */
  commit?: string | undefined;
  buildCommand?: string | undefined;
  preDeployCommand?: string | undefined;
  startCommand: string | undefined;
  /** Exactly the variables that the service was deployed with. */
  variables: Record<string, string>;
  /** Files that the platform puts into the root directory, by name. */
  secretFiles?: Record<string, string> | undefined;
  /** What the platform adds to every step, unless the service sets it itself. */
  defaults?: Record<string, string> | undefined;
  /** What the platform adds to everything but the build. */
  runtimeDefaults?: Record<string, string> | undefined;
  healthCheckPath: string | undefined;
  /** Tells its deploys apart: two versions with the same one share a build. */
  buildId?: string | undefined;
  /** Installs anew what an earlier build may have left to reuse. */
  clearCache?: boolean | undefined;
  /** How long it may take to end when it is told to. */
  shutdownSeconds?: number | undefined;
  /** Only one version may run at a time (it has a disk), so the old one ends before the new one starts. */
  exclusive?: boolean | undefined;
}

export type ServiceKind = "web" | "worker" | "cron";

export interface RunningService {
  id: string;
  name: string;
  vendor: string;
  type: ServiceKind;
  /** `http://127.0.0.1:PORT`; the same for all versions of the service. Absent where nothing listens. */
  localUrl?: string;
  /** `file` runs the folder's own code, `stand-in` only answers. */
  kind: "file" | "stand-in";
  healthCheckPath: string | undefined;
}

/** The steps of a deploy. */
export type DeployStep = "build" | "pre-deploy" | "update";

/** A deploy that came to nothing; the version before it runs on. */
export class DeployFailed extends Error {
  readonly step: DeployStep;

  constructor(step: DeployStep, message: string) {
    super(message);
    this.name = "DeployFailed";
    this.step = step;
  }
}

export interface DeployOptions {
  /** It was live before: its pre-deploy command is not run again. */
  again?: boolean;
  /** Called as each step begins. */
  onStep?(step: DeployStep): void;
}

/** One line of a service's log. */
export interface LogLine {
  /** By the sandbox's clock. */
  at: Date;
  type: "build" | "app";
  text: string;
}

/** One run of a cron job. */
export interface JobRun {
  /** Whether it ended with exit code 0; undefined if it was cancelled. */
  ended: Promise<boolean | undefined>;
  /** Has no effect on one that has ended. */
  cancel(): void;
}

/** Builds and runs what the emulated platforms would, on loopback ports. */
export interface ServiceHost {
  /** Builds and starts a version and, once it is healthy, puts it in the place of the one before. Throws `DeployFailed` otherwise. */
  deploy(version: ServiceVersion, options?: DeployOptions): Promise<void>;
  /** `forget`: the service is deleted, and what was built for it with it. */
  stop(id: string, options?: { forget?: boolean }): Promise<void>;
  /** Gives up the deploy that is under way. */
  cancel?(id: string): void;
  /** Only builds a version; a deploy with the same `buildId` runs that build later, and ends no other one. Throws `DeployFailed`. */
  build?(version: ServiceVersion): Promise<void>;
  /** Gives up that build. */
  cancelBuild?(id: string, buildId: string): void;
  /** Starts one run of a cron job that was deployed. */
  run?(id: string): JobRun | undefined;
  /** Ends the run that is under way. */
  endRun?(id: string): void;
  list(): RunningService[];
  /** The last lines that the service printed. */
  logs(id: string): string[];
  /** The same with time and origin, the lines of its builds included, as far as they are remembered; oldest first. */
  lines?(id: string): LogLine[];
  close(): Promise<void>;
}
