import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { USER } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { BASE62, projectOf } from "./find-project.ts";
import { badRequest, conflict, notFound } from "./refusals.ts";
import { type BypassRecord, type ProjectRecord, stateOf } from "./state.ts";

const secret = z.string().regex(/^[a-zA-Z0-9]{32}$/, "should match pattern ^[a-zA-Z0-9]{32}$");
const Change = z.strictObject({
  generate: z.strictObject({ secret: secret.optional(), note: z.string().optional() }).optional(),
  revoke: z.strictObject({ secret: z.string(), regenerate: z.boolean() }).optional(),
  update: z
    .strictObject({ secret: z.string(), isEnvVar: z.boolean().optional(), note: z.string().optional() })
    .optional(),
});
type Change = z.output<typeof Change>;

/** A project's secrets that pass its protection, the oldest first. */
export function bypassesOf({ store }: Pick<Call, "store">, { id }: ProjectRecord): BypassRecord[] {
  return stateOf(store)
    .bypasses.list()
    .filter(({ projectId }) => projectId === id);
}

export function bypassesWire(bypasses: readonly BypassRecord[]): Record<string, unknown> {
  return Object.fromEntries(bypasses.map(({ secret: key, projectId: _project, ...rest }) => [key, rest]));
}

function generate(call: Call, project: ProjectRecord, wanted: NonNullable<Change["generate"]>): void {
  const { bypasses } = stateOf(call.store);
  const { secret: key = call.world.ids.text(32, BASE62), note } = wanted;
  if (bypasses.get(key)) throw conflict("The secret is in use already.");
  const isEnvVar = bypassesOf(call, project).length === 0;
  const about = { createdAt: call.now.getTime(), createdBy: USER.id, scope: "automation-bypass" } as const;
  bypasses.set(key, {
    secret: key,
    projectId: project.id,
    ...about,
    isEnvVar,
    ...(note === undefined ? {} : { note }),
  });
}

function revoke(call: Call, project: ProjectRecord, { secret: key, regenerate }: NonNullable<Change["revoke"]>): void {
  const { bypasses } = stateOf(call.store);
  const old = bypassOf(call, project, key);
  bypasses.delete(key);
  if (regenerate) {
    const next = call.world.ids.text(32, BASE62);
    bypasses.set(next, { ...old, secret: next, createdAt: call.now.getTime() });
  } else if (old.isEnvVar) promote(bypassesOf(call, project)[0], []);
}

/** One of them is always in the variable: the only one cannot give that up, and of several the oldest other takes it. Inferred. */
function update(call: Call, project: ProjectRecord, wanted: NonNullable<Change["update"]>): void {
  const { secret: key, isEnvVar, note } = wanted;
  const one = bypassOf(call, project, key);
  const others = bypassesOf(call, project).filter((other) => other !== one);
  if (isEnvVar === false && one.isEnvVar) {
    const [heir] = others;
    if (!heir) throw badRequest("The only protection bypass cannot be taken out of the environment variable.");
    promote(heir, [one]);
  }
  if (isEnvVar === true) promote(one, others);
  if (note !== undefined) one.note = note;
}

function promote(one: BypassRecord | undefined, others: readonly BypassRecord[]): void {
  for (const other of others) other.isEnvVar = false;
  if (one) one.isEnvVar = true;
}

/** What the real one says of a secret that is not there is not established. */
function bypassOf(call: Call, project: ProjectRecord, key: string): BypassRecord {
  const found = stateOf(call.store).bypasses.get(key);
  if (found?.projectId !== project.id) throw notFound("protection bypass");
  return found;
}

export const bypassRoutes = [
  defineRoute("PATCH /v*/projects/{idOrName}/protection-bypass", {
    evidence: "contract",
    source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/update-protection-bypass-for-automation",
    handle(call) {
      const project = projectOf(call);
      const wanted = parseBody(Change, call.body);
      if (Object.values(wanted).filter((one) => one !== undefined).length !== 1)
        throw badRequest("Invalid request: one of `generate`, `revoke` and `update` should be given.");
      if (wanted.generate) generate(call, project, wanted.generate);
      if (wanted.revoke) revoke(call, project, wanted.revoke);
      if (wanted.update) update(call, project, wanted.update);
      return { status: 200, json: { protectionBypass: bypassesWire(bypassesOf(call, project)) } };
    },
  }),
];
