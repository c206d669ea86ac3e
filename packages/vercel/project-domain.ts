import { ApiError, type Call, defineResource, orAbsent, PartialFailure, waitFor } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { type DomainAnswer, verification } from "./domain-wire.ts";

const inputs = {
  projectId: z.string().min(1),
  /** `app.example.com` */
  domain: z
    .string()
    .max(253)
    .regex(
      /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])$/,
      "is a lower-case domain name without https:// or a path",
    ),
  /** Another domain of the project that visitors are sent to. */
  redirect: z.string().min(1).optional(),
  redirectStatusCode: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).optional(),
  /** Shows this branch's deployments instead of production. */
  gitBranch: z.string().min(1).max(250).optional(),
  customEnvironmentId: z.string().min(1).optional(),
  /** Waits (up to ten minutes) until the domain is verified and its DNS leads to Vercel. */
  waitForReady: z.boolean().optional(),
};

const outputs = {
  verified: z.boolean(),
  /** DNS records that prove the domain is yours; empty once it is verified. */
  verifications: z.array(verification),
  /** DNS does not lead to Vercel (yet). */
  misconfigured: z.boolean(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Outputs = z.output<z.ZodObject<typeof outputs>>;

const READY_LIMIT_MS = 10 * 60_000;

/** A domain under which a project is reached. Imported as `<project id>/<domain>`. */
export const ProjectDomain = defineResource("vercel:index/projectDomain:ProjectDomain", {
  inputs,
  outputs,
  replaceOn: ["projectId", "domain"],
  check: ({ redirect, redirectStatusCode, gitBranch, customEnvironmentId, domain }) => [
    ...(gitBranch && redirect ? [{ property: "gitBranch", reason: "cannot be given together with redirect" }] : []),
    ...(gitBranch && customEnvironmentId
      ? [{ property: "gitBranch", reason: "cannot be given together with customEnvironmentId" }]
      : []),
    ...(redirectStatusCode && !redirect ? [{ property: "redirectStatusCode", reason: "needs redirect" }] : []),
    ...(redirect === domain ? [{ property: "redirect", reason: "is the domain itself" }] : []),
  ],
  async find(api: Vercel, { projectId, domain }, { signal }) {
    const found = await orAbsent(api.domain(projectId, domain, signal));
    if (!found) return [];
    const { createdAt } = found;
    return [{ id: `${projectId}/${domain}`, label: domain, ...(createdAt === undefined ? {} : { createdAt }) }];
  },
  async create(api: Vercel, { projectId, domain, waitForReady, ...target }, call) {
    const id = `${projectId}/${domain}`;
    const added = await addDomain(api, { projectId, domain, ...target }, call.signal);
    const live = await withConfig(api, added, call).catch((error: unknown) => {
      // The domain is there by now, so it must not get lost.
      throw new PartialFailure(id, {}, [error instanceof Error ? error.message : String(error)], { cause: error });
    });
    if (waitForReady && isPending(live)) return { id, ...live, ...(await untilReady(api, id, live, call)) };
    if (!live.verified) call.warn(unverified(live));
    return { id, ...live };
  },
  async read(api: Vercel, id, call) {
    const { projectId, domain } = split(id);
    const found = await orAbsent(api.domain(projectId, domain, call.signal));
    return found && withConfig(api, found, call);
  },
  async update(api: Vercel, id, { projectId, domain, waitForReady, ...target }, call) {
    const edited = await api.editDomain(projectId, domain, target, call.signal);
    const live = await withConfig(api, edited, call);
    return waitForReady && isPending(live) ? { ...live, ...(await untilReady(api, id, live, call)) } : live;
  },
  async delete(api: Vercel, id, { signal }) {
    const { projectId, domain } = split(id);
    await orAbsent(api.removeDomain(projectId, domain, signal));
  },
});
export type ProjectDomain = InstanceType<typeof ProjectDomain>;

function split(id: string): { projectId: string; domain: string } {
  const [projectId = "", domain = ""] = id.split("/");
  return { projectId, domain };
}

async function addDomain(
  api: Vercel,
  { projectId, domain, ...target }: Omit<Inputs, "waitForReady">,
  signal: AbortSignal,
) {
  try {
    return await api.addDomain(projectId, domain, target, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    const { vendor, status, code, requestId } = error;
    const message = `${domain} belongs to another project or account`;
    const advice =
      "Remove it there first (Vercel > that project > Settings > Domains), then run the same command again";
    throw new ApiError({
      vendor,
      status,
      code,
      requestId,
      message,
      advice,
      attempt: "adding the domain",
      cause: error,
    });
  }
}

type Live = Partial<Inputs> & Outputs;

async function withConfig(api: Vercel, answer: DomainAnswer, { signal }: Pick<Call, "signal">): Promise<Live> {
  const { name, projectId, redirect, redirectStatusCode, gitBranch, customEnvironmentId, verified } = answer;
  const { misconfigured } = await api.domainConfig(projectId, name, signal);
  const target = { redirect, redirectStatusCode, gitBranch, customEnvironmentId };
  const live = {
    projectId,
    domain: name,
    ...target,
    verified,
    verifications: answer.verification ?? [],
    misconfigured,
  };
  // Null says that there is none, which the types of inputs cannot.
  return live as Live;
}

function isPending({ verified, misconfigured }: Live): boolean {
  return !verified || misconfigured;
}

function unverified({ domain, verifications }: Live): string {
  const records = verifications.map(({ type, domain: name, value }) => `${type} ${name} = "${value}"`).join(", ");
  return `${domain} is not verified: another account has used it. Set the DNS record ${records}; Vercel then verifies it by itself.`;
}

async function untilReady(api: Vercel, id: string, live: Live, call: Call): Promise<Outputs> {
  const { projectId, domain } = split(id);
  call.progress(`waiting for the DNS of ${domain}`);
  const look = async (): Promise<Live | undefined> => {
    await orRefused(api.verifyDomain(projectId, domain, call.signal));
    const seen = await withConfig(api, await api.domain(projectId, domain, call.signal), call);
    return isPending(seen) ? undefined : seen;
  };
  const limitMs = call.customTimeoutSeconds === undefined ? READY_LIMIT_MS : Number.POSITIVE_INFINITY;
  try {
    return await waitFor(`The DNS of ${domain}`, look, { signal: call.signal, limitMs });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, live, [live.verified ? reason : `${reason}. ${unverified(live)}`], { cause: error });
  }
}

/** Vercel refuses with 400 while the record is not there. */
async function orRefused(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
  }
}
