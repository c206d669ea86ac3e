import type { Call } from "../emulator.ts";
import { badRequest, conflict } from "./refusals.ts";
import { type DomainRecord, domainKey, type ProjectRecord, stateOf } from "./state.ts";

const DOMAIN = /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Enough of the public suffix list for what a test or a demo names. */
const TWO_LABEL_SUFFIX = /\.(co|com|org|net|ac|gov)\.[a-z]{2}$/;

export function isDomain(name: string): boolean {
  return DOMAIN.test(name);
}

export function apexOf(name: string): string {
  const labels = name.replace(/^\*\./, "").split(".");
  if (name.endsWith(".vercel.app")) return "vercel.app";
  return labels.slice(TWO_LABEL_SUFFIX.test(name) ? -3 : -2).join(".");
}

/**
 * Whether another account has a claim on the name. The sandbox has no DNS, so the first label says: `unverified.` is
 * claimed and stays so, `pending.` is claimed until its DNS record has had time to spread, every other name is free.
 */
export function claimOf({ name, createdAt }: Pick<DomainRecord, "name" | "createdAt">, { now, world }: Call): boolean {
  const [label = ""] = name.split(".");
  if (label === "pending") return now.getTime() < createdAt + world.delays.vercelDeployment;
  return label === "unverified";
}

export function checkTarget(
  project: ProjectRecord,
  name: string,
  wanted: Partial<Pick<DomainRecord, "redirect" | "redirectStatusCode" | "gitBranch">>,
): void {
  const { redirect, redirectStatusCode, gitBranch } = wanted;
  if (redirect && !isDomain(redirect)) throw badRequest(`Cannot set redirect to an invalid domain: "${redirect}".`);
  if (redirect && domainKey(redirect) === name) throw badRequest(`Cannot redirect "${name}" to itself.`);
  if (redirectStatusCode && !redirect) throw badRequest("Cannot set `redirectStatusCode` without `redirect`.");
  if (gitBranch && redirect) throw badRequest("Cannot set `gitBranch` together with `redirect`.");
  if (gitBranch && gitBranch === project.link?.productionBranch)
    throw badRequest(`Cannot set the production branch "${gitBranch}" as \`gitBranch\` of a domain.`);
}

export function checkFree(call: Call, project: ProjectRecord, name: string): void {
  const holder = stateOf(call.store).domains.get(domainKey(name));
  if (!holder) return;
  const where = holder.projectId === project.id ? "this project" : "one of your projects";
  throw conflict(`Cannot add ${name} since it's already assigned to ${where}.`, {
    domain: { name },
    projectId: holder.projectId,
  });
}

function newDomain(call: Call, project: ProjectRecord, name: string): DomainRecord {
  const at = call.now.getTime();
  const challenge = `vc-domain-verify=${name},${call.world.ids.text(20, "0123456789abcdef")}`;
  const claimed = claimOf({ name, createdAt: at }, call);
  return {
    ...{
      name,
      projectId: project.id,
      gitBranch: null,
      customEnvironmentId: null,
      redirect: null,
      redirectStatusCode: null,
    },
    ...{ createdAt: at, updatedAt: at, verified: !claimed, challenge },
  };
}

export function addDomain(call: Call, project: ProjectRecord, name: string, rest: Partial<DomainRecord>): DomainRecord {
  const { domains } = stateOf(call.store);
  return domains.set(domainKey(name), { ...newDomain(call, project, domainKey(name)), ...rest });
}

/** Every project gets `<name>.vercel.app`; where that is taken, with the account's name behind it. */
export function addDefaultDomain(call: Call, project: ProjectRecord): void {
  const { domains } = stateOf(call.store);
  const label = project.name.replace(/[._]/g, "-").slice(0, 63);
  const free = [`${label}.vercel.app`, `${label}-sandbox.vercel.app`].find((name) => !domains.get(name));
  addDomain(call, project, free ?? `${label}-${call.world.ids.text(6)}.vercel.app`, {});
}

/** A rename gives the project the new default domain beside the old one. Inferred. */
export function renameDefaultDomain(call: Call, project: ProjectRecord, name: string): void {
  addDefaultDomain(call, { ...project, name });
}
