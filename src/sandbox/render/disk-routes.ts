import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { record } from "./events.ts";
import { hasDisk, refuseUnsuitable } from "./plan-rules.ts";
import { invalid, notFound } from "./refusals.ts";
import { bodyOf, filter, newestFirst, page, param, passes } from "./request.ts";
import { DiskBody } from "./service-input.ts";
import { type Disk, disks, newId, services, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function diskOf(call: Call): Disk {
  const id = param(call, "diskId");
  const disk = disks(call.store).get(id);
  if (!disk) throw notFound(id);
  return disk;
}

const list = defineRoute("GET /v1/disks", {
  evidence: "contract",
  source: `${DOCS}/list-disks`,
  handle(call) {
    const [id, name, serviceId] = [filter(call, "diskId"), filter(call, "name"), filter(call, "serviceId")];
    const found = disks(call.store)
      .list()
      .filter((disk) => passes(id, disk.id) && passes(name, disk.name) && passes(serviceId, disk.serviceId));
    return { status: 200, json: page(call, "disk", newestFirst(found), (disk) => disk.id) };
  },
});

const create = defineRoute("POST /v1/disks", {
  evidence: "contract",
  source: `${DOCS}/add-disk`,
  handle(call) {
    const body = bodyOf(call, DiskBody.extend({ serviceId: z.string(), sizeGB: z.int().min(1) }));
    const service = services(call.store).get(body.serviceId);
    if (!service) throw notFound(body.serviceId);
    if (service.type === "cron_job") throw invalid("cron jobs cannot have a disk");
    refuseUnsuitable(service, true);
    if (hasDisk(call.store, service.id)) throw invalid("a service has one disk at most");
    const [id, at] = [newId(call.world, "dsk"), stamp(call.now)];
    record(call, service.id, { type: "disk_created", details: { diskId: id, sizeGB: body.sizeGB } });
    return { status: 201, json: disks(call.store).set(id, { id, ...body, createdAt: at, updatedAt: at }) };
  },
});

const retrieve = defineRoute("GET /v1/disks/{diskId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-disk`,
  handle: (call) => ({ status: 200, json: diskOf(call) }),
});

const Changes = z.object({
  name: z.string().min(1).optional(),
  mountPath: z.string().startsWith("/").optional(),
  sizeGB: z.int().optional(),
});

const update = defineRoute("PATCH /v1/disks/{diskId}", {
  evidence: "contract",
  source: `${DOCS}/update-disk`,
  handle(call) {
    const disk = diskOf(call);
    const { name, mountPath, sizeGB } = bodyOf(call, Changes);
    if (sizeGB !== undefined && sizeGB < disk.sizeGB) throw invalid("a disk cannot shrink");
    disk.name = name ?? disk.name;
    disk.mountPath = mountPath ?? disk.mountPath;
    if (sizeGB !== undefined && sizeGB !== disk.sizeGB) {
      const details = { diskId: disk.id, fromSizeGB: disk.sizeGB, toSizeGB: sizeGB };
      record(call, disk.serviceId, { type: "disk_updated", details });
      disk.sizeGB = sizeGB;
    }
    disk.updatedAt = stamp(call.now);
    return { status: 200, json: disk };
  },
});

const remove = defineRoute("DELETE /v1/disks/{diskId}", {
  evidence: "contract",
  source: `${DOCS}/delete-disk`,
  handle(call) {
    const { id, serviceId } = diskOf(call);
    disks(call.store).delete(id);
    record(call, serviceId, { type: "disk_deleted", details: { diskId: id } });
    return { status: 204 };
  },
});

export const diskRoutes = [list, create, retrieve, update, remove];
