import { z } from "zod";

/** A deployment as a list or a look at one answers it; a list says `uid`, `state` and `created` instead. */
export const DeploymentAnswer = z.object({
  id: z.string().optional(),
  uid: z.string().optional(),
  name: z.string(),
  url: z.string().nullish(),
  projectId: z.string().optional(),
  target: z.string().nullish(),
  readyState: z.string().optional(),
  state: z.string().optional(),
  readySubstate: z.string().nullish(),
  created: z.number().optional(),
  createdAt: z.number().optional(),
  ready: z.number().nullish(),
  alias: z.array(z.string()).optional(),
  aliasError: z.object({ message: z.string().optional() }).nullish(),
  errorMessage: z.string().nullish(),
  gitSource: z.looseObject({ ref: z.string().nullish(), sha: z.string().nullish() }).nullish(),
  meta: z.record(z.string(), z.unknown()).optional(),
  isRollbackCandidate: z.boolean().nullish(),
});

export const DeploymentListAnswer = z.object({ deployments: z.array(DeploymentAnswer) });

export const deployment = z.object({
  id: z.string(),
  /** The host name of this deployment alone. */
  url: z.string().optional(),
  projectId: z.string().optional(),
  name: z.string(),
  target: z.string(),
  /** `QUEUED`, `INITIALIZING`, `BUILDING`, `READY`, `ERROR`, `CANCELED`, `BLOCKED` (waits for a person) */
  state: z.string(),
  /** Of production ones: `STAGED` was built and never served, `PROMOTED` serves or has served. */
  substate: z.string().optional(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  readyAt: z.number().optional(),
  branch: z.string().optional(),
  commitId: z.string().optional(),
  /** Domains that lead to it; a list does not say. */
  domains: z.array(z.string()).optional(),
  /** A rollback can go back to it; only a list says. */
  isRollbackCandidate: z.boolean().optional(),
  /** Why its build, or the move of its domains, failed. */
  failure: z.string().optional(),
});
export type Deployment = z.output<typeof deployment>;

export function deploymentFromWire(answer: z.output<typeof DeploymentAnswer>): Deployment {
  const { name, projectId, readyState, state, meta = {}, gitSource, aliasError } = answer;
  const found = {
    ...{ name, projectId, id: answer.id ?? answer.uid ?? "", target: answer.target ?? "preview" },
    ...{ url: answer.url ?? undefined, state: readyState ?? state ?? "UNKNOWN" },
    ...{ substate: answer.readySubstate ?? undefined, createdAt: answer.createdAt ?? answer.created ?? 0 },
    ...{ readyAt: answer.ready ?? undefined, domains: answer.alias },
    branch: gitSource?.ref ?? text(meta.githubCommitRef),
    commitId: gitSource?.sha ?? text(meta.githubCommitSha),
    isRollbackCandidate: answer.isRollbackCandidate ?? undefined,
    failure: answer.errorMessage ?? aliasError?.message,
  };
  // Absent, not undefined: what is printed as JSON names only what is known.
  return deployment.parse(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The part of a project's answer that tells how a promotion or a rollback goes. */
export const AliasRequestAnswer = z.object({
  name: z.string(),
  lastAliasRequest: z
    .object({ type: z.string(), jobStatus: z.string(), toDeploymentId: z.string(), requestedAt: z.number() })
    .nullish(),
  targets: z.looseObject({ production: z.looseObject({ id: z.string() }).nullish() }).nullish(),
});
export type AliasRequestAnswer = z.output<typeof AliasRequestAnswer>;

/** Vercel names the alias in two forms. */
const alias = z.union([z.string(), z.object({ alias: z.string() }).transform((one) => one.alias)]);
export const AliasesAnswer = z.object({ aliases: z.array(z.object({ alias, status: z.string() })).default([]) });

/** A domain on its way to another deployment: `pending`, `in-progress`, `completed` or `failed`. */
export interface AliasStatus {
  alias: string;
  status: string;
}
