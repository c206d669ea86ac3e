import { FRAMEWORKS, REGIONS } from "../vercel/project-body.ts";
import { VERCEL_FACTS } from "./hosts.ts";

/** The capability without which Vercel's provider takes a region for one that runs no functions. */
const RUNS_FUNCTIONS = "V2_DEPLOYMENT_CREATE";

/** What Vercel's Terraform provider reads to check `framework` and regions. Its forms are inferred from that provider. */
export function vercelFacts(host: string): unknown {
  if (host === VERCEL_FACTS.frameworks) return FRAMEWORKS.map((slug) => ({ slug }));
  return Object.fromEntries(REGIONS.map((region) => [region, { caps: [RUNS_FUNCTIONS] }]));
}
