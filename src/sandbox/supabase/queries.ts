import { z } from "zod";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { readBody } from "./body.ts";
import { runStatement } from "./real-database.ts";
import { activeProjectOf } from "./state.ts";

const parameters = z.array(z.unknown()).optional();
const Query = z.object({ query: z.string().min(1), parameters, read_only: z.boolean().optional() });
const ReadOnlyQuery = z.object({ query: z.string().min(1), parameters });

async function run(call: Call, statement: { query: string; parameters?: unknown[] | undefined; readOnly: boolean }) {
  const { ref } = activeProjectOf(call);
  const { query: text, parameters: values, readOnly } = statement;
  const rows = await runStatement(call, ref, { text, parameters: values?.length ? values : undefined, readOnly });
  return { status: 201, json: rows } satisfies Reply;
}

const queryPath = "/v1/projects/{ref}/database/query" as const;

export const queryRoutes = [
  defineRoute(`POST ${queryPath}`, {
    evidence: "contract",
    handle(call) {
      const { query, parameters: values, read_only: readOnly = false } = readBody(call, Query);
      return run(call, { query, parameters: values, readOnly });
    },
  }),
  defineRoute(`POST ${queryPath}/read-only`, {
    evidence: "contract",
    handle: (call) => run(call, { ...readBody(call, ReadOnlyQuery), readOnly: true }),
  }),
];
