import { type Call, defineRoute } from "../emulator.ts";
import type { Store } from "../store.ts";
import { notAuthorized } from "./refusals.ts";
import { stateOf, type TeamRecord } from "./state.ts";

/** The sandbox's one team, and the user whose token it is. */
export const TEAM = { id: "team_sandbox", slug: "sandbox", name: "Sandbox", plan: "pro" } as const;
export const USER = { id: "usr_sandbox", username: "sandbox", email: "sandbox@mais.invalid" } as const;
/** Vercel's Terraform provider takes nothing but 24 letters and digits for a token. */
export const TOKENS: readonly string[] = ["sandbox_vercel", "sandboxvercel00000000000"];

const FOUNDED = Date.parse("2026-01-01T00:00:00Z");

/** Whose objects a request means: `teamId` or `slug`, else the token's own account. */
export function accountOf(call: Call): string {
  const team = call.query.get("teamId") ?? call.query.get("slug");
  if (team === null) return USER.id;
  if (team !== TEAM.id && team !== TEAM.slug) throw notAuthorized();
  return TEAM.id;
}

export function teamOf(store: Store): TeamRecord {
  return stateOf(store).teams.get(TEAM.id) ?? { addOns: [], sensitiveVariables: "default" };
}

const teamWire = (store: Store) => ({
  ...{ id: TEAM.id, slug: TEAM.slug, name: TEAM.name, avatar: null, description: null },
  ...{ creatorId: USER.id, createdAt: FOUNDED, updatedAt: FOUNDED, stagingPrefix: TEAM.slug },
  billing: { plan: TEAM.plan },
  resourceConfig: {},
  sensitiveEnvironmentVariablePolicy: teamOf(store).sensitiveVariables,
  membership: { role: "OWNER", confirmed: true, uid: USER.id, teamId: TEAM.id, created: FOUNDED, createdAt: FOUNDED },
});

export const accountRoutes = [
  defineRoute("GET /v*/teams/{teamId}", {
    evidence: "contract",
    source: "https://vercel.com/docs/rest-api/reference/endpoints/teams/get-a-team",
    handle({ params, store }) {
      // Strangers' teams and teams that do not exist answer alike.
      if (params.teamId !== TEAM.id && params.teamId !== TEAM.slug) throw notAuthorized();
      return { status: 200, json: teamWire(store) };
    },
  }),
  defineRoute("GET /v*/teams", {
    evidence: "contract",
    handle: ({ store }) => ({
      status: 200,
      json: { teams: [teamWire(store)], pagination: { count: 1, next: null, prev: null } },
    }),
  }),
  defineRoute("GET /v*/user", {
    evidence: "contract",
    handle: () => ({
      status: 200,
      json: {
        user: {
          ...{ id: USER.id, username: USER.username, email: USER.email, name: "Sandbox", avatar: null },
          ...{ billing: null, softBlock: null, hasTrialAvailable: false, defaultTeamId: TEAM.id },
          ...{ createdAt: FOUNDED, stagingPrefix: USER.username, resourceConfig: {} },
        },
      },
    }),
  }),
];
