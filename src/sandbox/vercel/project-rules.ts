import { type ProjectSettings, REGIONS } from "./project-body.ts";
import { badRequest, conflict, planLacks } from "./refusals.ts";
import type { ProjectRecord, TeamRecord, VercelState } from "./state.ts";

/** https://vercel.com/docs/projects/overview#project-name; the texts are ours. */
export function checkName(state: VercelState, accountId: string, name: string, self?: ProjectRecord): void {
  if (!/^[a-z0-9._-]{1,100}$/.test(name) || name.includes("---"))
    throw badRequest(
      "Project names can be up to 100 characters long and must be lowercase. They can include letters, digits, and the following characters: '.', '_', '-'. However, they cannot contain the sequence '---'.",
    );
  const taken = state.projects
    .list()
    .some((one) => one.accountId === accountId && one.name === name && one.id !== self?.id);
  if (taken) throw conflict(`Project "${name}" already exists, please use a new name.`);
}

const REGIONS_ON_PRO = 3;

/** Limits of a Pro plan, less what add-ons lift. https://vercel.com/docs/plans/pro-plan */
export function checkPlan(team: TeamRecord, settings: ProjectSettings): void {
  const regions = settings.resourceConfig?.functionDefaultRegions ?? [];
  for (const region of [...regions, settings.serverlessFunctionRegion ?? "iad1"])
    if (!REGIONS.includes(region)) throw badRequest(`Invalid region selector: "${region}".`);
  if (regions.length > REGIONS_ON_PRO)
    throw planLacks(402, `Your plan allows up to ${REGIONS_ON_PRO} function regions.`);
  const { fluid, functionDefaultMemoryType } = settings.resourceConfig ?? {};
  if (fluid && functionDefaultMemoryType === "standard_legacy")
    throw badRequest("`functionDefaultMemoryType` standard_legacy cannot be used with Fluid compute.");
  if (settings.passwordProtection && !team.addOns.includes("advanced-deployment-protection"))
    throw planLacks(428, "Password Protection requires the Advanced Deployment Protection add-on.");
  if (settings.trustedIps) throw badRequest("Trusted IPs are available on Enterprise plans only.");
}

export function checkRepository(type: string, repo: string): void {
  if (!/^[^/\s]+(\/[^/\s]+)+$/.test(repo))
    throw badRequest(`The ${type} repository "${repo}" couldn't be found; give it as owner/name.`);
}
