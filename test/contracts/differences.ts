/** One place where a vendor's real answers (or requests that it accepts) leave its published contract, as its facts record it. */
export interface Difference {
  vendor: string;
  /** `POST /services`, as the contract writes the path; `*` for every operation. */
  operation: string;
  where: "path" | "query" | "request" | "status" | "response";
  /** Matched against the JSON pointer of the value, list positions written as `*`; for a status, the status; for a query, the name. */
  at?: RegExp;
  /** The schema keyword that is broken (`type`, `anyOf`, `required`, …); any, when left out. */
  keyword?: string;
  reason: string;
}

export const differences: readonly Difference[] = [
  {
    vendor: "render",
    operation: "*",
    where: "response",
    at: /\/(serviceIds|databasesIds|redisIds|envGroupIds|ipAllowList|eventFilter)$/,
    keyword: "type",
    reason: "Render answers null where a list is empty; the contract says array.",
  },
  {
    vendor: "render",
    operation: "*",
    where: "response",
    at: /\/(commit|finishedAt)$/,
    keyword: "type",
    reason: "A deploy's commit is null for images and finishedAt is null while it runs; the contract does not allow null.",
  },
  {
    vendor: "render",
    operation: "POST /environments/{environmentId}/resources",
    where: "status",
    at: /^201$/,
    reason: "The contract says 200; the real API answers 201 with the environment.",
  },
  {
    vendor: "render",
    operation: "*",
    where: "request",
    at: /^\/(eventFilter|envVars|secretFiles)$/,
    keyword: "type",
    reason: "Render takes null for an empty list; its own provider sends it. The contract says array.",
  },
  {
    vendor: "render",
    operation: "*",
    where: "request",
    at: /^$/,
    keyword: "type",
    reason: "PUT of a service's env vars and secret files takes null for none; Render's own provider sends it.",
  },
  {
    vendor: "vercel",
    operation: "GET /v9/projects/{idOrName}",
    where: "query",
    at: /^rollbackInfo$/,
    reason: "Vercel's own command line asks with it how a promotion or a rollback goes; the contract leaves it out.",
  },
  {
    vendor: "upstash",
    operation: "GET /redis/stats/{id}",
    where: "response",
    keyword: "type",
    reason: "Series are null while there is nothing to show; the contract says array.",
  },
];
