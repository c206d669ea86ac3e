import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf, type Disk, disks, planOf, projectOf } from "./state.ts";

const count = z.number().int().positive();
const Wanted = z.object({
  attributes: z.discriminatedUnion("type", [
    z.object({ type: z.literal("gp3"), size_gb: count, iops: count, throughput_mibps: count.optional() }),
    z.object({ type: z.literal("io2"), size_gb: count, iops: count }),
  ]),
});

/** Of a new project on a paid plan. Source: https://supabase.com/docs/guides/platform/compute-and-disk */
const STARTING: Omit<Disk, "modifiedAt"> & { modifiedAt?: undefined } = {
  type: "gp3",
  size_gb: 8,
  iops: 3000,
  throughput_mibps: 125,
};

/** A volume can be changed once in so long, and only grow. Source: the same page. */
const PAUSE_MS = 4 * 3_600_000;

const path = "/v1/projects/{ref}/config/disk" as const;

export const diskRoutes = [
  defineRoute(`GET ${path}`, {
    evidence: "contract",
    handle(call) {
      const { modifiedAt, ...attributes } = disks(call.store).get(projectOf(call).ref) ?? STARTING;
      const modified = modifiedAt === undefined ? {} : { last_modified_at: modifiedAt };
      return { status: 200, json: { attributes, ...modified } };
    },
  }),
  defineRoute(`POST ${path}`, { evidence: "contract", handle: changeDisk }),
];

function changeDisk(call: Call) {
  const project = activeProjectOf(call);
  const { attributes } = readBody(call, Wanted);
  if (planOf(project, call.store) === "free") throw refuse(402, "Disk settings are not available on the free plan");
  const before = disks(call.store).get(project.ref);
  if (before && call.now.getTime() < Date.parse(before.modifiedAt) + PAUSE_MS)
    throw refuse(400, "attributes: the disk was changed within the last 4 hours");
  if (attributes.size_gb < (before ?? STARTING).size_gb) throw refuse(400, "attributes.size_gb: a disk cannot shrink");
  disks(call.store).set(project.ref, { ...attributes, modifiedAt: call.now.toISOString() });
  return { status: 201 };
}
