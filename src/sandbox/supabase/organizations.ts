import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody, readQuery } from "./body.ts";
import { organizationNotFound } from "./refusals.ts";
import { type Organization, organizations, type Project, projects, statusOf } from "./state.ts";

const summary = ({ id, slug, name }: Organization) => ({ id, slug, name });

function organizationOf(call: Call): Organization {
  const organization = organizations(call.store).get(call.params.slug ?? "");
  if (!organization) throw organizationNotFound();
  return organization;
}

const NewOrganization = z.strictObject({ name: z.string().min(1).max(256) });

const wholeNumber = (fallback: number, minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum).default(fallback);

const SORTS: Record<string, (a: Project, b: Project) => number> = {
  name_asc: (a, b) => a.name.localeCompare(b.name),
  name_desc: (a, b) => b.name.localeCompare(a.name),
  created_asc: (a, b) => a.createdAt.localeCompare(b.createdAt),
  created_desc: (a, b) => b.createdAt.localeCompare(a.createdAt),
};

function listed(project: Project, call: Call) {
  const size = project.addons.compute_instance?.replace("ci_", "") ?? "nano";
  const status = statusOf(project, call);
  return {
    ref: project.ref,
    name: project.name,
    cloud_provider: "AWS",
    region: project.region,
    is_branch: false,
    status,
    inserted_at: project.createdAt,
    databases: [
      {
        infra_compute_size: size,
        region: project.region,
        status: status === "ACTIVE_HEALTHY" ? status : status === "RESIZING" ? status : "COMING_UP",
        cloud_provider: "AWS",
        identifier: project.ref,
        type: "PRIMARY",
      },
    ],
  };
}

export const organizationRoutes = [
  defineRoute("GET /v1/organizations", {
    evidence: "contract",
    handle: ({ store }) => ({ status: 200, json: organizations(store).list().map(summary) }),
  }),
  defineRoute("POST /v1/organizations", {
    // Nothing says which plan a new organization has; the dashboard starts on the free one.
    evidence: "inferred",
    handle(call) {
      const { name } = readBody(call, NewOrganization);
      const slug = call.world.ids.text(20, "abcdefghijklmnopqrstuvwxyz");
      const made = organizations(call.store).set(slug, { id: slug, slug, name, plan: "free" });
      return { status: 201, json: summary(made) };
    },
  }),
  defineRoute("GET /v1/organizations/{slug}", {
    evidence: "contract",
    handle(call) {
      const { id, name, plan } = organizationOf(call);
      return { status: 200, json: { id, name, plan, opt_in_tags: [], allowed_release_channels: ["ga", "preview"] } };
    },
  }),
  defineRoute("GET /v1/organizations/{slug}/projects", { evidence: "contract", handle: listProjects }),
  defineRoute("GET /v1/organizations/{slug}/members", {
    evidence: "contract",
    handle(call) {
      organizationOf(call);
      const member = {
        user_id: "0b6e8a52-7c4d-4c7a-a1f0-5a0c6d0e0001",
        user_name: "sandbox",
        email: "sandbox@mais.invalid",
      };
      return { status: 200, json: [{ ...member, role_name: "Owner", mfa_enabled: true }] };
    },
  }),
  defineRoute("GET /v1/profile", {
    evidence: "contract",
    handle: () => ({
      status: 200,
      json: {
        gotrue_id: "0b6e8a52-7c4d-4c7a-a1f0-5a0c6d0e0001",
        primary_email: "sandbox@mais.invalid",
        username: "sandbox",
      },
    }),
  }),
];

function listProjects(call: Call) {
  const { slug } = organizationOf(call);
  const offset = readQuery(call, "offset", wholeNumber(0, 0, Number.MAX_SAFE_INTEGER));
  const limit = readQuery(call, "limit", wholeNumber(100, 1, 100));
  const sort = readQuery(
    call,
    "sort",
    z.enum(["name_asc", "name_desc", "created_asc", "created_desc"]).default("name_asc"),
  );
  const search = (call.query.get("search") ?? "").toLowerCase();
  const statuses = call.query.get("statuses")?.split(",");
  const fitting = projects(call.store)
    .list()
    .filter((project) => project.organizationSlug === slug && project.name.toLowerCase().includes(search))
    .filter((project) => !statuses || statuses.includes(statusOf(project, call)))
    .sort(SORTS[sort]);
  const page = fitting.slice(offset, offset + limit).map((project) => listed(project, call));
  return { status: 200, json: { projects: page, pagination: { count: fitting.length, limit, offset } } };
}
