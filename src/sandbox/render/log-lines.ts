import type { Call } from "../emulator.ts";
import { ofService } from "./deploys.ts";
import { instanceIds } from "./metrics.ts";
import { notFound } from "./refusals.ts";
import { filter, inWindow } from "./request.ts";
import { type Service, services, stamp } from "./state.ts";

export interface Line {
  id: string;
  timestamp: string;
  message: string;
  labels: Record<string, string>;
}

/** What the service and its builds printed, and why deploys failed; oldest first. */
function linesOf(call: Call, service: Service): Line[] {
  return printedLines(call, service) ?? guessedLines(call, service);
}

/** As the service host remembers them. */
function printedLines({ world }: Call, service: Service): Line[] | undefined {
  const [instance] = instanceIds(service);
  return world.services.lines?.(service.id).map(({ at, type, text }, index): Line => {
    const level = text.startsWith("==> ") && /failed|exited|was ended/.test(text) ? "error" : "info";
    const labels = { resource: service.id, ...(instance && type === "app" ? { instance } : {}), type, level };
    return { id: `${service.id}-${at.getTime()}-${index}`, timestamp: stamp(at), message: text, labels };
  });
}

/**
 * Of a host that keeps the order of the printed lines and no times of them: they are told to be a millisecond apart, the
 * last one now.
 */
function guessedLines(call: Call, service: Service): Line[] {
  const failures = ofService(call.store, service.id)
    .toReversed()
    .filter(({ hostMessage }) => hostMessage !== undefined)
    .map(({ id, hostMessage = "", hostSettledAt, createdAt }): Line => {
      const [message = ""] = hostMessage.split("\n");
      const labels = { resource: service.id, type: "build", level: "error" };
      return { id, timestamp: hostSettledAt ?? createdAt, message, labels };
    });
  const printed = call.world.services.logs(service.id);
  const [instance] = instanceIds(service);
  const labels = { resource: service.id, ...(instance ? { instance } : {}), type: "app", level: "info" };
  const app = printed.map((message, at): Line => {
    const timestamp = stamp(new Date(call.now.getTime() - (printed.length - 1 - at)));
    return { id: `${service.id}-${at}`, timestamp, message, labels };
  });
  return [...failures, ...app];
}

const LABELS = ["instance", "host", "statusCode", "method", "task", "taskRun", "level", "type", "path"];

/** The lines of all resources that pass the request's filters, oldest first. */
export function linesFor(call: Call): Line[] {
  const texts = [...(filter(call, "text") ?? [])];
  const labels = LABELS.map((name) => ({ name, wanted: filter(call, name) })).filter(({ wanted }) => wanted);
  return [...(filter(call, "resource") ?? [])]
    .flatMap((id) => {
      const service = services(call.store).get(id);
      if (!service) throw notFound(id);
      return linesOf(call, service);
    })
    .filter((line) => inWindow(call, line.timestamp))
    .filter((line) => texts.every((text) => line.message.includes(text)))
    .filter((line) => labels.every(({ name, wanted }) => wanted?.has(line.labels[name] ?? "")))
    .toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}
