/** One thing that was looked at. */
export interface Finding {
  verdict: "ok" | "wrong" | "unknown";
  /** The setting or file that it is about: `web.buildCommand`. */
  subject: string;
  /** What was read. */
  read: string;
  rule: string;
  /** What to write, where something is wrong. */
  fix?: string;
}

/** Of a stack file, what this check looks at. A tier that is left out has no entry. */
export interface StackChoice {
  stack: string;
  webRoot: string;
  apiRoot: string;
  web?: {
    buildCommand?: string | undefined;
    installCommand?: string | undefined;
    outputDirectory?: string | undefined;
  };
  /** `api`, `worker` and `cron`. */
  services: readonly { tier: string; buildCommand?: string | undefined; startCommand?: string | undefined }[];
}
