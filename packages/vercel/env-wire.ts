import { z } from "zod";

export const TARGETS = ["production", "preview", "development"] as const;
export type Target = (typeof TARGETS)[number];

/** One variable of a project, as a program writes it. */
export const envVariable = z.strictObject({
  key: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "may hold letters, digits and underscores, and starts with no digit")
    .max(256),
  /** Secret in state, whatever `sensitive` says. */
  value: z.string(),
  /** Vercel never shows the value again, not even to its team. Not possible for the target `development`. */
  sensitive: z.boolean(),
  /** Where it applies; this or `customEnvironmentIds` is needed. */
  targets: z.array(z.enum(TARGETS)).min(1).optional(),
  customEnvironmentIds: z.array(z.string()).min(1).optional(),
  /** Only previews of this branch; needs `targets: ["preview"]`. */
  gitBranch: z.string().min(1).max(250).optional(),
  comment: z.string().max(440).optional(),
});
export type EnvVariable = z.output<typeof envVariable>;

/** A variable as it is at Vercel. */
export interface LiveVariable {
  id: string;
  key: string;
  /** Undefined where it cannot be read. */
  value: string | undefined;
  sensitive: boolean;
  targets: Target[];
  customEnvironmentIds: string[];
  gitBranch: string | undefined;
  /** Without our marker. */
  comment: string | undefined;
  /** The create that wrote it, where its marker is still there. */
  nonce: string | undefined;
  createdAt: number | undefined;
  updatedAt: number | undefined;
  /** Vercel's own, or an integration's: nobody's to manage. */
  foreign: boolean;
  /** A team's policy made it sensitive although the program did not ask for it. */
  forced: boolean;
}

const target = z.enum(TARGETS).catch("production");

export const EnvAnswer = z.object({
  id: z.string(),
  key: z.string(),
  value: z.string().optional(),
  type: z.string(),
  /** False where the value is ciphertext, because the token may not read it. */
  decrypted: z.boolean().optional(),
  target: z.union([z.array(z.string()), z.string()]).optional(),
  customEnvironmentIds: z.array(z.string()).optional(),
  gitBranch: z.string().nullish(),
  comment: z.string().nullish(),
  configurationId: z.string().nullish(),
  createdAt: z.number().optional(),
  updatedAt: z.number().optional(),
});

/** The contract names two forms: with `envs`, and a lone variable. */
export const EnvListAnswer = z.object({
  envs: z.array(EnvAnswer),
  pagination: z.object({ next: z.number().nullish() }).optional(),
});

const WriteFailure = z.object({
  code: z.string(),
  message: z.string(),
  key: z.string().optional(),
  envVarKey: z.string().optional(),
});
export type WriteFailure = z.output<typeof WriteFailure>;

export const EnvWriteAnswer = z.object({
  created: z.union([z.array(EnvAnswer), EnvAnswer]).optional(),
  failed: z.array(z.object({ error: WriteFailure })).default([]),
});

/** Our marker stands at the end of the comment, after the user's own words. */
const MARKER = /\s?\[mais:([0-9a-f]{32})\]$/;

export function markComment(variable: EnvVariable, nonce: string): EnvVariable {
  return { ...variable, comment: `${variable.comment ?? ""} [mais:${nonce}]`.trimStart() };
}

export function variableToWire(variable: EnvVariable): Record<string, unknown> {
  const { key, value, sensitive, targets = [], customEnvironmentIds, gitBranch, comment } = variable;
  return {
    ...{ key, value, type: sensitive ? "sensitive" : "encrypted", target: targets },
    ...(customEnvironmentIds ? { customEnvironmentIds } : {}),
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** The body that moves an entry to another scope: Vercel keeps what a PATCH leaves out, so what ends is named. */
export function movedToWire(
  variable: EnvVariable,
  from: Pick<LiveVariable, "customEnvironmentIds" | "gitBranch">,
): Record<string, unknown> {
  return {
    ...(from.gitBranch === undefined ? {} : { gitBranch: null }),
    ...(from.customEnvironmentIds.length === 0 ? {} : { customEnvironmentIds: [] }),
    ...variableToWire(variable),
  };
}

/** The body that changes these properties of a variable; null and empty ones clear. */
export function variableChanges(
  { key, value, targets: target = [], customEnvironmentIds = [], gitBranch, comment = "" }: EnvVariable,
  names: ReadonlySet<string>,
): Record<string, unknown> {
  return {
    ...(names.has("key") ? { key } : {}),
    ...(names.has("value") ? { value } : {}),
    ...(names.has("customEnvironmentIds") ? { customEnvironmentIds } : {}),
    ...(names.has("targets") ? { target } : {}),
    ...(names.has("gitBranch") ? { gitBranch: gitBranch ?? null } : {}),
    ...(names.has("comment") ? { comment } : {}),
  };
}

export function liveVariable(answer: z.output<typeof EnvAnswer>): LiveVariable {
  const { id, key, type, customEnvironmentIds = [], createdAt, updatedAt, configurationId } = answer;
  const sensitive = type === "sensitive";
  const comment = answer.comment?.replace(MARKER, "");
  return {
    ...{ id, key, sensitive, customEnvironmentIds, createdAt, updatedAt },
    value: sensitive || (type === "encrypted" && answer.decrypted === false) ? undefined : answer.value,
    targets: [answer.target ?? []].flat().map((one) => target.parse(one)),
    gitBranch: answer.gitBranch ?? undefined,
    comment: comment === "" ? undefined : comment,
    nonce: MARKER.exec(answer.comment ?? "")?.[1],
    foreign: type === "system" || Boolean(configurationId),
    forced: false,
  };
}
