import { type Call, Refusal } from "../emulator.ts";
import { countRequest } from "./rate-limit.ts";
import { unauthorized } from "./refusals.ts";
import { projects } from "./state.ts";

/** The tokens that a sandbox accepts. The second has the form of a real one, which Supabase's command line insists on. */
const TOKENS: readonly string[] = ["sandbox_supabase", `sbp_${"0".repeat(40)}`];

const STORAGE_PATH = /^\/storage\/([a-z]{20})\//;

/** The Management API takes the account's token, a project's own Storage API one of that project's keys. */
export function authenticate(call: Call): string {
  const storage = STORAGE_PATH.exec(call.path);
  if (storage) return authenticateKey(call, storage[1] ?? "");
  const token = /^Bearer (.+)$/.exec(call.headers.authorization ?? "")?.[1];
  if (token === undefined || !TOKENS.includes(token)) throw unauthorized();
  countRequest(call);
  return "account";
}

/** Source: https://supabase.com/docs/guides/api/api-keys; the exact bodies are unknown. */
function authenticateKey(call: Call, ref: string): string {
  const project = projects(call.store).get(ref);
  const header = call.headers.apikey;
  const key = project?.keys.find((candidate) => candidate.key === header);
  const off = key?.type === "legacy" && !project?.legacyKeysEnabled;
  if (!key || off) throw new Refusal(401, { message: "Invalid API key" });
  const bearer = /^Bearer (.+)$/.exec(call.headers.authorization ?? "")?.[1];
  // The new keys are no JWTs. The vendor's own client sends them in both headers, which passes; another bearer must be a JWT.
  if (bearer !== undefined && bearer !== header && key.type !== "legacy")
    throw new Refusal(400, { statusCode: "403", error: "Unauthorized", message: "Invalid Compact JWS" });
  const isService = key.type === "secret" || key.name === "service_role";
  if (!isService)
    throw new Refusal(400, {
      statusCode: "403",
      error: "Unauthorized",
      message: "new row violates row-level security policy",
    });
  return `${ref} ${key.name}`;
}
