import { z } from "zod";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { readBody } from "./body.ts";
import { computeAddon, SIZES } from "./compute.ts";
import { newProject } from "./new-project.ts";
import { databaseVersion, directAddress, openDatabase } from "./real-database.ts";
import { refuse } from "./refusals.ts";
import { REGION_CODES, regionOfGroup, SMART_GROUPS } from "./regions.ts";
import { forgetProject, organizations, type Project, projectOf, projects, removedProjects, statusOf } from "./state.ts";

const NewProject = z.strictObject({
  name: z.string().min(1).max(256),
  db_pass: z.string(),
  organization_slug: z.string().regex(/^[\w-]+$/),
  organization_id: z.string().optional(),
  region: z.enum(REGION_CODES).optional(),
  region_selection: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("specific"), code: z.enum(REGION_CODES) }),
      z.object({ type: z.literal("smartGroup"), code: z.enum(SMART_GROUPS) }),
    ])
    .optional(),
  desired_instance_size: z.enum(SIZES).optional(),
  template_url: z.url().optional(),
  plan: z.enum(["free", "pro"]).optional(),
  kps_enabled: z.boolean().optional(),
});

function shown(project: Project, call: Call) {
  return {
    id: project.ref,
    ref: project.ref,
    organization_id: project.organizationSlug,
    organization_slug: project.organizationSlug,
    name: project.name,
    region: project.region,
    created_at: project.createdAt,
    status: statusOf(project, call),
  };
}

function shownWithDatabase(project: Project, call: Call) {
  const { host } = directAddress(project.ref, call.world);
  return {
    ...shown(project, call),
    database: { host, ...databaseVersion(call.world), release_channel: "ga" },
  };
}

const shownBriefly = ({ number, ref, name }: Project) => ({ id: number, ref, name });

export const projectRoutes = [
  defineRoute("POST /v1/projects", { evidence: "contract", handle: createProject }),
  defineRoute("GET /v1/projects", {
    evidence: "contract",
    handle: (call) => ({
      status: 200,
      json: projects(call.store)
        .list()
        .map((project) => shownWithDatabase(project, call)),
    }),
  }),
  defineRoute("GET /v1/projects/{ref}", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: shownWithDatabase(projectOf(call), call) }),
  }),
  defineRoute("PATCH /v1/projects/{ref}", {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      project.name = readBody(call, z.object({ name: z.string().min(1).max(256) })).name;
      return { status: 200, json: shownBriefly(project) };
    },
  }),
  defineRoute("DELETE /v1/projects/{ref}", {
    evidence: "contract",
    async handle(call) {
      const project = projectOf(call);
      projects(call.store).delete(project.ref);
      removedProjects(call.store).set(project.ref, { ref: project.ref });
      const gone = forgetProject(call.store, project.ref);
      for (const ref of gone) await call.world.dataServers?.postgres?.remove(ref);
      return { status: 200, json: shownBriefly(project) };
    },
  }),
];

async function createProject(call: Call): Promise<Reply> {
  const body = readBody(call, NewProject);
  const organization = organizations(call.store).get(body.organization_slug);
  // Seen in a report: a slug that names nothing is a validation error, `<field>: <reason>`.
  if (!organization) throw refuse(400, "organization_slug: Organization not found");
  const { region_selection: selection } = body;
  const region = selection?.type === "smartGroup" ? regionOfGroup(selection.code) : (selection?.code ?? body.region);
  if (!region) throw refuse(400, "region_selection: is required");
  const project = newProject(
    {
      organizationSlug: organization.slug,
      name: body.name,
      region,
      databasePassword: body.db_pass,
      computeAddon: computeAddon(organization.plan, body.desired_instance_size),
      readyAfterMs: call.world.delays.supabaseProject,
      now: call.now,
    },
    call.world.ids,
  );
  await openDatabase(project, call.world);
  projects(call.store).set(project.ref, project);
  return { status: 201, json: shown(project, call) };
}
