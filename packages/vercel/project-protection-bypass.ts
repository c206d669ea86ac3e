import { type CreateCall, defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { type Bypass, markNote, NOTE_LIMIT } from "./protection-bypasses.ts";

const inputs = {
  projectId: z.string().min(1),
  /**
   * What Vercel's dashboard calls it; unique among a project's that a program makes.
   * @defaultValue `<project>-<stack>-<logical name>`
   */
  note: z.string().min(1).max(NOTE_LIMIT),
  /**
   * Deployments are given it as `VERCEL_AUTOMATION_BYPASS_SECRET`. Exactly one of a project's is, the first one by itself;
   * another takes its place by `true`, and the only one cannot give it up.
   */
  isEnvVar: z.boolean().optional(),
};

const outputs = {
  /** Goes into the header `x-vercel-protection-bypass`. Vercel makes it; a new one needs a new resource. */
  secret: z.string(),
  /** `automation-bypass` */
  scope: z.string(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  /** Whose token made it. */
  createdBy: z.string(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Outputs = z.output<z.ZodObject<typeof outputs>>;

/**
 * A secret with which tests and probes pass a project's deployment protection. Imported as
 * `<project id>/<creation time in milliseconds>`, because the secret itself may stand in no id.
 */
export const ProjectProtectionBypass = defineResource("vercel:index/projectProtectionBypass:ProjectProtectionBypass", {
  inputs,
  outputs,
  secrets: ["secret"],
  replaceOn: ["projectId"],
  autoName: { property: "note", maxLength: NOTE_LIMIT },
  async find(api: Vercel, { projectId, note }, { signal }) {
    const live = (await orAbsent(api.bypasses.list(projectId, signal))) ?? [];
    return live
      .filter((one) => one.note === note)
      .map(({ createdAt, nonce }) => ({
        ...{ id: `${projectId}/${nonce ?? createdAt}`, label: `protection bypass ${note}`, createdAt },
        ...(nonce === undefined ? {} : { nonce }),
      }));
  },
  async create(api: Vercel, wanted, call) {
    const { projectId, note, isEnvVar } = wanted;
    const { nonce, signal } = call;
    if (isEnvVar === false) await refuseTheOnlyOne(api, projectId, undefined, signal);
    const made = (await api.bypasses.generate(projectId, markNote(note, nonce), signal)).find(isMarked(nonce));
    if (!made) throw new Error("Vercel's answer lacks the protection bypass that was just made");
    const id = `${projectId}/${nonce}`;
    const live = isEnvVar && !made.isEnvVar ? await promote(api, { id, projectId, made }, call) : made;
    return { id, ...liveOf(projectId, live) };
  },
  async read(api: Vercel, id, { outputs: state, signal }) {
    const { projectId } = split(id);
    const found = await locate(api, id, state?.secret, signal);
    return found && liveOf(projectId, found);
  },
  async update(api: Vercel, id, { note, isEnvVar }, { changed, outputs: state, signal }) {
    const { projectId, mark } = split(id);
    const found = await locate(api, id, state.secret, signal);
    if (!found)
      throw new Refused(`The protection bypass ${note} is gone. Run \`up\` with --refresh, which makes it again`);
    const { secret, nonce = /^[0-9a-f]{32}$/.test(mark) ? mark : undefined } = found;
    const all = changed.size === 0;
    const renamed = (all || changed.has("note")) && (note !== found.note || found.nonce !== nonce);
    const turned = isEnvVar !== undefined && isEnvVar !== found.isEnvVar;
    if (turned && !isEnvVar) await refuseTheOnlyOne(api, projectId, secret, signal);
    if (!renamed && !turned) return liveOf(projectId, found);
    const change = {
      ...(renamed ? { note: nonce === undefined ? note : markNote(note, nonce) } : {}),
      ...(turned ? { isEnvVar } : {}),
    };
    const live = (await api.bypasses.update(projectId, { secret, ...change }, signal)).find(isOf(secret));
    return liveOf(projectId, live ?? { ...found, note });
  },
  async delete(api: Vercel, id, { outputs: state, signal }) {
    // Looked up first: what Vercel says to a secret that it no longer knows is not published.
    const found = await locate(api, id, state.secret, signal);
    if (found) await orAbsent(api.bypasses.revoke(split(id).projectId, found.secret, signal));
  },
});
export type ProjectProtectionBypass = InstanceType<typeof ProjectProtectionBypass>;

/** `mark` is our marker, or when it was made. */
function split(id: string): { projectId: string; mark: string } {
  const [projectId = "", mark = ""] = id.split("/");
  return { projectId, mark };
}

/** By the secret that the state knows, else by what the id says: an import knows none, and somebody may have renewed it. */
async function locate(
  api: Vercel,
  id: string,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<Bypass | undefined> {
  const { projectId, mark } = split(id);
  const live = (await orAbsent(api.bypasses.list(projectId, signal))) ?? [];
  const known = live.find(isOf(secret)) ?? live.find(isMarked(mark));
  if (known) return known;
  const ofThatTime = live.filter(({ createdAt }) => String(createdAt) === mark);
  if (ofThatTime.length > 1)
    throw new Refused(
      `The project ${projectId} has ${ofThatTime.length} protection bypasses made at ${mark}: delete one in Vercel, or have the program make another`,
    );
  return ofThatTime[0];
}

const isMarked = (mark: string) => (one: Bypass) => one.nonce === mark;
const isOf = (secret: string | undefined) => (one: Bypass) => one.secret === secret;

async function refuseTheOnlyOne(
  api: Vercel,
  projectId: string,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const others = (await api.bypasses.list(projectId, signal)).filter((one) => one.secret !== secret);
  if (others.length > 0) return;
  throw new Refused(
    `The only protection bypass of ${projectId} is always in VERCEL_AUTOMATION_BYPASS_SECRET: leave isEnvVar out, or give another one isEnvVar: true first`,
  );
}

async function promote(
  api: Vercel,
  { id, projectId, made }: { id: string; projectId: string; made: Bypass },
  { signal }: Pick<CreateCall, "signal">,
): Promise<Bypass> {
  const { secret } = made;
  try {
    return (await api.bypasses.update(projectId, { secret, isEnvVar: true }, signal)).find(isOf(secret)) ?? made;
  } catch (error) {
    // It is there by now, and its secret with it.
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, liveOf(projectId, made), [reason], { cause: error });
  }
}

function liveOf(projectId: string, { nonce: _nonce, note, ...rest }: Bypass): Inputs & Outputs {
  // Null says that somebody took the note away, which the types of inputs cannot.
  return { ...rest, projectId, note: (note ?? null) as string };
}
