/** One version of a service that an emulated platform runs. */
export interface ServiceVersion {
  /** The vendor's service id. */
  id: string;
  /** How a person would call it. */
  name: string;
  /** `render` or `vercel` */
  vendor: string;
  /** An absolute folder with the source (a `file://` repository); undefined for a repository elsewhere, which gets a stand-in. */
  folder: string | undefined;
  startCommand: string | undefined;
  /** Exactly the variables that the service was deployed with. */
  variables: Record<string, string>;
  healthCheckPath: string | undefined;
}

export interface RunningService {
  id: string;
  name: string;
  vendor: string;
  /** `http://127.0.0.1:PORT`; the same for all versions of the service. */
  localUrl: string;
  /** `file` runs the folder's own code, `stand-in` only answers. */
  kind: "file" | "stand-in";
  healthCheckPath: string | undefined;
}

/** Runs what the emulated platforms would run, on loopback ports. */
export interface ServiceHost {
  /** Starts a version and, once it is healthy, routes the service's port to it. Throws with the last log lines otherwise. */
  deploy(version: ServiceVersion): Promise<void>;
  stop(id: string): Promise<void>;
  list(): RunningService[];
  /** The last lines that the service printed. */
  logs(id: string): string[];
  close(): Promise<void>;
}
