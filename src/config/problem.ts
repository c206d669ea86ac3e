export type ProblemKind = "missing" | "invalid" | "forbidden" | "conflict";

/** One thing wrong with a configuration. No text in it holds a secret's value or a part of one. */
export interface Problem {
  /** A variable (`STRIPE_SECRET_KEY`) or a setting (`api.instances.max`). */
  subject: string;
  of: "variable" | "setting";
  kind: ProblemKind;
  /** The rule, in words. */
  rule: string;
  /** Where the value that is at fault comes from: `the stack config`; undefined when there is none. */
  origin?: string;
  /** `api, worker` */
  usedBy?: string;
  /** Where a person finds a value. */
  getIt?: string;
  /** What to do. */
  fix: string;
}
