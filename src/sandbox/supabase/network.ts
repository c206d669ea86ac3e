import { isIP } from "node:net";
import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf, type Project, planOf, projectOf } from "./state.ts";

const cidrs = z.array(z.string()).optional();
const Lists = z.object({ dbAllowedCidrs: cidrs, dbAllowedCidrsV6: cidrs });

function isCidr(text: string, family: 4 | 6): boolean {
  const [address = "", bits = ""] = text.split("/");
  return isIP(address) === family && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function requireCidrs(list: readonly string[], family: 4 | 6): void {
  const bad = list.find((text) => !isCidr(text, family));
  if (bad !== undefined)
    throw refuse(400, `${family === 4 ? "dbAllowedCidrs" : "dbAllowedCidrsV6"}: ${bad} is not a valid CIDR`);
}

function applied(project: Project, now: Date): boolean {
  return now.getTime() >= project.network.appliesAt;
}

function shown(project: Project, now: Date) {
  const { cidrs: dbAllowedCidrs, cidrsV6: dbAllowedCidrsV6, updatedAt } = project.network;
  return {
    entitlement: "allowed",
    config: { dbAllowedCidrs, dbAllowedCidrsV6 },
    status: applied(project, now) ? "applied" : "stored",
    ...(updatedAt ? { updated_at: updatedAt } : {}),
  };
}

function shownAsList(project: Project, now: Date) {
  const { cidrs: v4, cidrsV6: v6 } = project.network;
  const addresses = [
    ...v4.map((address) => ({ address, type: "v4" })),
    ...v6.map((address) => ({ address, type: "v6" })),
  ];
  return { ...shown(project, now), config: { dbAllowedCidrs: addresses } };
}

function restrict(call: Call, project: Project, lists: { cidrs: string[]; cidrsV6: string[] }) {
  requireCidrs(lists.cidrs, 4);
  requireCidrs(lists.cidrsV6, 6);
  const appliesAt = call.now.getTime() + call.world.delays.supabaseProject / 4;
  project.network = { ...lists, updatedAt: call.now.toISOString(), appliesAt };
}

const networkPath = "/v1/projects/{ref}/network-restrictions" as const;
const sslPath = "/v1/projects/{ref}/ssl-enforcement" as const;

/** The database restarts before a changed enforcement holds, so the answer lags behind the request. */
function ssl(project: Project, now: Date) {
  const settled = now.getTime() >= project.ssl.appliesAt;
  const database = settled ? project.ssl.requested : project.ssl.before;
  return { currentConfig: { database }, appliedSuccessfully: settled };
}

export const networkRoutes = [
  defineRoute(`GET ${networkPath}`, {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: shown(projectOf(call), call.now) }),
  }),
  defineRoute(`POST ${networkPath}/apply`, {
    evidence: "contract",
    handle(call) {
      const project = activeProjectOf(call);
      const { dbAllowedCidrs = [], dbAllowedCidrsV6 = [] } = readBody(call, Lists);
      restrict(call, project, { cidrs: dbAllowedCidrs, cidrsV6: dbAllowedCidrsV6 });
      return { status: 201, json: shown(project, call.now) };
    },
  }),
  defineRoute(`PATCH ${networkPath}`, {
    evidence: "contract",
    handle(call) {
      const project = activeProjectOf(call);
      const { add = {}, remove = {} } = readBody(call, z.object({ add: Lists.optional(), remove: Lists.optional() }));
      const change = (have: string[], more: string[] = [], less: string[] = []) => [
        ...new Set([...have, ...more].filter((cidr) => !less.includes(cidr))),
      ];
      restrict(call, project, {
        cidrs: change(project.network.cidrs, add.dbAllowedCidrs, remove.dbAllowedCidrs),
        cidrsV6: change(project.network.cidrsV6, add.dbAllowedCidrsV6, remove.dbAllowedCidrsV6),
      });
      return { status: 200, json: shownAsList(project, call.now) };
    },
  }),
  defineRoute(`GET ${sslPath}`, {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: ssl(projectOf(call), call.now) }),
  }),
  defineRoute(`PUT ${sslPath}`, {
    evidence: "contract",
    handle(call) {
      const project = activeProjectOf(call);
      const Wanted = z.object({ requestedConfig: z.object({ database: z.boolean() }) });
      const { database } = readBody(call, Wanted).requestedConfig;
      // The official provider knows this refusal; that the free plan earns it is inferred.
      if (planOf(project, call.store) === "free")
        throw refuse(400, "Project is not allowed to configure SSL enforcements");
      const before = ssl(project, call.now).currentConfig.database;
      const appliesAt = call.now.getTime() + call.world.delays.supabaseProject / 4;
      project.ssl = { before, requested: database, appliesAt };
      return { status: 200, json: ssl(project, call.now) };
    },
  }),
];
