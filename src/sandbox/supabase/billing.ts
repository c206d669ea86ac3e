import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { SIZES } from "./compute.ts";
import { openDatabase } from "./real-database.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf, type Project, planOf, projectOf } from "./state.ts";

interface Variant {
  type: string;
  name: string;
  /** US dollars a month; what the documentation names, otherwise inferred. */
  amount: number;
}

/** Source: https://supabase.com/docs/guides/platform/compute-and-disk; sizes above large double in price. */
const MONTHLY: Record<string, number> = { micro: 10, small: 15, medium: 60, large: 110, xlarge: 210, "2xlarge": 410 };

const VARIANTS: Record<string, Variant> = {
  ...Object.fromEntries(
    SIZES.filter((size) => size !== "nano").map((size) => [
      `ci_${size}`,
      { type: "compute_instance", name: size, amount: MONTHLY[size] ?? 960 },
    ]),
  ),
  pitr_7: { type: "pitr", name: "7 days", amount: 100 },
  pitr_14: { type: "pitr", name: "14 days", amount: 200 },
  pitr_28: { type: "pitr", name: "28 days", amount: 400 },
  ipv4_default: { type: "ipv4", name: "Dedicated IPv4 address", amount: 4 },
  cd_default: { type: "custom_domain", name: "Custom domain", amount: 10 },
};

const TYPE_NAMES: Record<string, string> = {
  compute_instance: "Compute instance",
  pitr: "Point in time recovery",
  ipv4: "Dedicated IPv4 address",
  custom_domain: "Custom domain",
};

function shownVariant(id: string) {
  const { name, amount } = VARIANTS[id] ?? { name: id, amount: 0 };
  const price = { description: `$${amount}/month`, type: "fixed", interval: "monthly", amount };
  return { id, name, price };
}

const Wanted = z.object({
  addon_type: z.enum([
    "custom_domain",
    "compute_instance",
    "pitr",
    "ipv4",
    "auth_mfa_phone",
    "auth_mfa_web_authn",
    "log_drain",
  ]),
  addon_variant: z.enum(Object.keys(VARIANTS)),
});

/** PITR needs a compute size of small or more. Source: https://supabase.com/docs/guides/platform/backups */
function requirePossible(project: Project, type: string, call: Call): void {
  if (planOf(project, call.store) === "free") throw refuse(402, "Add-ons are not available on the free plan");
  const compute = project.addons.compute_instance;
  if (type === "pitr" && (!compute || compute === "ci_micro"))
    throw refuse(400, "addon_type: Point in time recovery needs a compute size of at least small");
}

const addonsPath = "/v1/projects/{ref}/billing/addons" as const;

export const billingRoutes = [
  defineRoute(`GET ${addonsPath}`, {
    evidence: "contract",
    handle(call) {
      const { addons } = projectOf(call);
      const selected = Object.entries(addons).map(([type, id]) => ({ type, variant: shownVariant(id) }));
      const available = Object.entries(TYPE_NAMES).map(([type, name]) => {
        const ids = Object.keys(VARIANTS).filter((id) => VARIANTS[id]?.type === type);
        return { type, name, variants: ids.map(shownVariant) };
      });
      return { status: 200, json: { selected_addons: selected, available_addons: available } };
    },
  }),
  defineRoute(`PATCH ${addonsPath}`, {
    evidence: "contract",
    async handle(call) {
      const project = activeProjectOf(call);
      const { addon_type: type, addon_variant: variant } = readBody(call, Wanted);
      if (VARIANTS[variant]?.type !== type) throw refuse(400, `addon_variant: ${variant} is not a variant of ${type}`);
      requirePossible(project, type, call);
      const isNewSize = type === "compute_instance" && project.addons[type] !== variant;
      project.addons[type] = variant;
      if (isNewSize) await resize(project, call);
      return { status: 200 };
    },
  }),
  defineRoute(`DELETE ${addonsPath}/{addon_variant}`, {
    evidence: "contract",
    async handle(call) {
      const project = activeProjectOf(call);
      const variant = call.params.addon_variant ?? "";
      const type = VARIANTS[variant]?.type;
      if (!type || project.addons[type] !== variant) throw refuse(404, "Add-on not found");
      delete project.addons[type];
      if (type === "compute_instance") await resize(project, call);
      return { status: 200 };
    },
  }),
];

/** The database restarts with the new size's connections. */
async function resize(project: Project, call: Call): Promise<void> {
  await call.world.dataServers?.postgres?.stop(project.ref);
  await openDatabase(project, call.world);
  project.busy = { status: "RESIZING", until: call.now.getTime() + call.world.delays.supabaseProject };
}
