import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import { readQuery } from "./body.ts";
import { organizationNotFound } from "./refusals.ts";
import { organizations } from "./state.ts";

/** Region code to its name and the smart group that may choose it. Codes are the contract's, names are inferred. */
export const REGIONS = {
  "us-east-1": ["East US (North Virginia)", "americas", "NA"],
  "us-east-2": ["East US (Ohio)", "americas", "NA"],
  "us-west-1": ["West US (North California)", "americas", "NA"],
  "us-west-2": ["West US (Oregon)", "americas", "NA"],
  "ca-central-1": ["Canada (Central)", "americas", "NA"],
  "sa-east-1": ["South America (São Paulo)", "americas", "SA"],
  "eu-west-1": ["West EU (Ireland)", "emea", "EU"],
  "eu-west-2": ["West Europe (London)", "emea", "EU"],
  "eu-west-3": ["West EU (Paris)", "emea", "EU"],
  "eu-central-1": ["Central EU (Frankfurt)", "emea", "EU"],
  "eu-central-2": ["Central Europe (Zurich)", "emea", "EU"],
  "eu-north-1": ["North EU (Stockholm)", "emea", "EU"],
  "ap-east-1": ["East Asia (Hong Kong)", "apac", "AS"],
  "ap-south-1": ["South Asia (Mumbai)", "apac", "AS"],
  "ap-southeast-1": ["Southeast Asia (Singapore)", "apac", "AS"],
  "ap-northeast-1": ["Northeast Asia (Tokyo)", "apac", "AS"],
  "ap-northeast-2": ["Northeast Asia (Seoul)", "apac", "AS"],
  "ap-southeast-2": ["Oceania (Sydney)", "apac", "OC"],
} as const satisfies Record<string, readonly [string, "americas" | "emea" | "apac", string]>;

export type RegionCode = keyof typeof REGIONS;
export const REGION_CODES = Object.keys(REGIONS) as RegionCode[];

const GROUPS = { americas: "Americas", emea: "Europe, Middle East, Africa", apac: "Asia Pacific" } as const;
export type SmartGroup = keyof typeof GROUPS;
export const SMART_GROUPS = Object.keys(GROUPS) as SmartGroup[];

/** Which region a smart group picks is Supabase's affair; here it is the group's first. */
export function regionOfGroup(group: SmartGroup): RegionCode {
  return REGION_CODES.find((code) => REGIONS[code][1] === group) ?? "us-east-1";
}

function specific(code: RegionCode) {
  return { name: REGIONS[code][0], code, type: "specific", provider: "AWS" };
}

function smartGroup(code: SmartGroup) {
  return { name: GROUPS[code], code, type: "smartGroup" };
}

export const regionRoutes = [
  defineRoute("GET /v1/projects/available-regions", {
    evidence: "contract",
    handle(call) {
      const slug = readQuery(call, "organization_slug", z.string());
      if (!organizations(call.store).get(slug)) throw organizationNotFound();
      const continent = readQuery(call, "continent", z.enum(["NA", "SA", "EU", "AF", "AS", "OC", "AN"]).optional());
      const preferred = REGION_CODES.filter((code) => !continent || REGIONS[code][2] === continent);
      const [first = "us-east-1"] = preferred;
      return {
        status: 200,
        json: {
          recommendations: { smartGroup: smartGroup(REGIONS[first][1]), specific: preferred.slice(0, 3).map(specific) },
          all: { smartGroup: SMART_GROUPS.map(smartGroup), specific: REGION_CODES.map(specific) },
        },
      };
    },
  }),
];
