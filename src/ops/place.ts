import type { Progress } from "../progress.ts";

/** Where an operation works, and how it tells that it is alive. Every command's context is one. */
export interface Place {
  /** The checkout. */
  root: string;
  /** Where the user stands. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** On the sandbox, whatever the stack's own target is. */
  sandbox: boolean;
  progress: Progress;
}
