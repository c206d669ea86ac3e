import { createHash } from "node:crypto";
import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { activeProjectOf, projectOf, secrets } from "./state.ts";

const Names = z.array(z.string());
const Wanted = z.array(
  z.object({
    name: z
      .string()
      .max(256)
      .regex(/^(?!SUPABASE_).*/, "must not start with the SUPABASE_ prefix"),
    value: z.string().max(24_576),
  }),
);

const path = "/v1/projects/{ref}/secrets" as const;

/** A secret's value is shown as its SHA-256. Source: the official provider, which compares by it. */
const digest = (value: string) => createHash("sha256").update(value).digest("hex");

export const secretRoutes = [
  defineRoute(`GET ${path}`, {
    evidence: "contract",
    handle(call) {
      const kept = secrets(call.store).get(projectOf(call).ref) ?? [];
      const json = kept.map(({ name, value, updatedAt }) => ({ name, value: digest(value), updated_at: updatedAt }));
      return { status: 200, json };
    },
  }),
  defineRoute(`POST ${path}`, {
    evidence: "contract",
    handle(call) {
      const { ref } = activeProjectOf(call);
      const wanted = new Map(readBody(call, Wanted).map(({ name, value }) => [name, value]));
      const kept = (secrets(call.store).get(ref) ?? []).filter(({ name }) => !wanted.has(name));
      const fresh = [...wanted].map(([name, value]) => ({ name, value, updatedAt: call.now.toISOString() }));
      secrets(call.store).set(ref, [...kept, ...fresh]);
      return { status: 201 };
    },
  }),
  defineRoute(`DELETE ${path}`, {
    evidence: "contract",
    handle(call) {
      const { ref } = activeProjectOf(call);
      const gone = readBody(call, Names);
      const kept = (secrets(call.store).get(ref) ?? []).filter(({ name }) => !gone.includes(name));
      secrets(call.store).set(ref, kept);
      return { status: 200 };
    },
  }),
];
