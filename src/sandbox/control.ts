import { timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Reply } from "./emulator.ts";
import { addFault, clearFaults, listFaults, removeFault } from "./fault-control.ts";
import type { Faults } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import type { ControlRequest } from "./server.ts";
import type { ServiceHost } from "./service-host.ts";
import { SandboxState } from "./storage.ts";

/** What the control plane can see and do. */
export interface Controlled {
  token: string;
  log: RequestLog;
  services: ServiceHost;
  faults: Faults;
  status(): Record<string, unknown>;
  advance(ms: number): Promise<void>;
  /** From now on a call beyond its rate limit is refused, or only counted. */
  refuseOverLimit(refuse: boolean): void;
  /** Lets something happen at a vendor; undefined where that vendor calls nobody. */
  emit(vendor: string, given: unknown): Promise<Reply> | undefined;
  reset(): Promise<void>;
  dump(): SandboxState;
  load(state: SandboxState): Promise<void>;
  /** Starts the HTTPS proxy unless it listens already. */
  proxy(): Promise<unknown>;
  /** Ends the process once the answer is sent. */
  stop(): void;
}

interface ControlRoute {
  /** Needs the token: it changes something, or shows what may hold secrets. */
  guarded: boolean;
  handle(controlled: Controlled, request: ControlRequest, id: string): Reply | Promise<Reply>;
}

const open = (handle: ControlRoute["handle"]): ControlRoute => ({ guarded: false, handle });
const guarded = (handle: ControlRoute["handle"]): ControlRoute => ({ guarded: true, handle });
const ok = (json: unknown): Reply => ({ status: 200, json });

/** Beneath `/_sandbox`. `{id}` stands for one segment. */
const routes: Record<string, ControlRoute> = {
  "GET /status": open(({ status }) => ok(status())),
  "GET /services": open(({ services }) => ok({ services: services.list() })),
  "GET /requests": open(({ log }, { query }) => {
    const since = Number(query.get("since") ?? 0);
    if (!Number.isInteger(since)) return refuse(400, "`since` is the number of a request, such as 0 or 17.");
    return ok({ requests: log.since(since), last: log.total });
  }),
  "GET /counts": open(({ log }) => ok({ counts: log.counts() })),
  "GET /services/{id}/logs": guarded(({ services }, _request, id) => ok({ lines: services.logs(id) })),
  "GET /faults": guarded(({ faults }) => listFaults(faults)),
  "POST /faults": guarded(({ faults }, { text }) => addFault(faults, text)),
  "DELETE /faults": guarded(({ faults }) => clearFaults(faults)),
  "DELETE /faults/{id}": guarded(({ faults }, _request, id) => removeFault(faults, id)),
  "POST /clock": guarded((controlled, { text }) =>
    withBody(text, z.object({ advanceMs: z.number().nonnegative() }), async ({ advanceMs }) => {
      await controlled.advance(advanceMs);
      return ok(controlled.status());
    }),
  ),
  "POST /rate-limits": guarded((controlled, { text }) =>
    withBody(text, z.object({ refuse: z.boolean() }), async ({ refuse }) => {
      controlled.refuseOverLimit(refuse);
      return ok({ refuse });
    }),
  ),
  "POST /events": guarded((controlled, { text }) =>
    withBody(text, z.looseObject({ vendor: z.string() }), async ({ vendor, ...given }) => {
      const emitted = controlled.emit(vendor, given);
      return (await emitted) ?? refuse(400, `The sandbox makes no events happen at "${vendor}".`);
    }),
  ),
  "POST /reset": guarded(async (controlled) => {
    await controlled.reset();
    return ok(controlled.status());
  }),
  "GET /state": guarded((controlled) => ok(controlled.dump())),
  "PUT /state": guarded((controlled, { text }) =>
    withBody(text, SandboxState, async (state) => {
      await controlled.load(state);
      return ok(controlled.status());
    }),
  ),
  "POST /proxy": guarded(async (controlled) => ok(await controlled.proxy())),
  "POST /stop": guarded((controlled) => {
    controlled.stop();
    return { status: 202, json: { stopping: true } };
  }),
};

const ID = /^(\/services|\/faults)\/([^/]+)(\/logs)?$/;

/** The sandbox's own pages: what it runs, what it was asked, its clock, its memory and its faults. */
export async function answerControl(controlled: Controlled, request: ControlRequest): Promise<Reply> {
  const [, , id = ""] = ID.exec(request.path) ?? [];
  const key = `${request.method} ${request.path.replace(ID, "$1/{id}$3")}`;
  const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
  if (!route) return refuse(404, `The control plane has: ${Object.keys(routes).join(", ")}.`);
  if (route.guarded && !bears(request.authorization, controlled.token)) {
    return refuse(401, "This needs the header `Authorization: Bearer …` with the controlToken of address.json.");
  }
  return await route.handle(controlled, request, decodeURIComponent(id));
}

function bears(authorization: string, token: string): boolean {
  const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function withBody<T>(text: string, schema: z.ZodType<T>, use: (body: T) => Promise<Reply>): Promise<Reply> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse(400, "The body is not JSON.");
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? await use(parsed.data) : refuse(400, z.prettifyError(parsed.error));
}

function refuse(status: number, message: string): Reply {
  return { status, json: { message } };
}
