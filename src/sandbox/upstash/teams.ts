import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { databases, OK, type Team, teams } from "./state.ts";

/** Source: https://upstash.com/docs/common/account/teams */
const MOST_TEAMS = 5;

const shown = ({ id, name, copyCard }: Team) => ({ team_id: id, team_name: name, copy_cc: copyCard });

function shownMember(team: Team, email: string) {
  return { ...shown(team), member_email: email, member_role: team.members[email] };
}

function teamOf(call: Call, id: string): Team {
  const team = teams(call.store).get(id);
  if (!team) throw refuse(404, "team not found");
  return team;
}

const Member = z.object({ team_id: z.string(), member_email: z.email() });

export const teamRoutes = [
  defineRoute("GET /v2/teams", {
    evidence: "contract",
    handle: ({ store }) => ({ status: 200, json: teams(store).list().map(shown) }),
  }),
  defineRoute("POST /v2/team", {
    evidence: "contract",
    handle(call) {
      const { team_name: name, copy_cc: copyCard } = readBody(
        call,
        z.object({ team_name: z.string().min(1), copy_cc: z.boolean() }),
      );
      if (teams(call.store).list().length >= MOST_TEAMS) throw refuse(400, "team limit exceeded");
      const id = call.world.ids.uuid();
      const team = teams(call.store).set(id, { id, name, copyCard, members: { [call.identity]: "owner" } });
      return { status: 200, json: shown(team) };
    },
  }),
  defineRoute("DELETE /v2/team/{id}", {
    evidence: "contract",
    handle(call) {
      teams(call.store).delete(teamOf(call, call.params.id ?? "").id);
      return OK;
    },
  }),
  defineRoute("GET /v2/teams/{team_id}", {
    evidence: "contract",
    handle(call) {
      const team = teamOf(call, call.params.team_id ?? "");
      return { status: 200, json: Object.keys(team.members).map((email) => shownMember(team, email)) };
    },
  }),
  defineRoute("POST /v2/teams/member", {
    evidence: "contract",
    handle(call) {
      const body = readBody(call, Member.extend({ member_role: z.enum(["admin", "dev", "finance"]) }));
      const team = teamOf(call, body.team_id);
      team.members[body.member_email] = body.member_role;
      return { status: 200, json: shownMember(team, body.member_email) };
    },
  }),
  defineRoute("DELETE /v2/teams/member", {
    evidence: "contract",
    handle(call) {
      const body = readBody(call, Member);
      const team = teamOf(call, body.team_id);
      if (!team.members[body.member_email]) throw refuse(404, "member not found");
      delete team.members[body.member_email];
      return OK;
    },
  }),
  defineRoute("POST /v2/redis/move-to-team", {
    evidence: "contract",
    handle(call) {
      const body = readBody(call, z.object({ team_id: z.string(), database_id: z.string() }));
      const team = teamOf(call, body.team_id);
      const database = databases(call.store).get(body.database_id);
      if (!database) throw refuse(404, "database not found");
      database.owner = team.id;
      return OK;
    },
  }),
];
