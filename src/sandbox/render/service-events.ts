import type { Call } from "../emulator.ts";
import { record, type ServiceEvent } from "./events.ts";
import type { Service } from "./state.ts";

/** Notes what a change of a service's settings means to whoever follows its events. */
export function recordChanges(call: Call, before: Service, after: Service): void {
  for (const event of changesBetween(before, after)) record(call, after.id, event);
}

function changesBetween(before: Service, after: Service): Pick<ServiceEvent, "type" | "details">[] {
  const [from, to] = [before.settings, after.settings];
  const [was, is] = [from.maintenanceMode, to.maintenanceMode];
  const wasOff = before.autoDeployTrigger === "off";
  const isOff = after.autoDeployTrigger === "off";
  const events = [
    { when: from.plan !== to.plan, type: "plan_changed", details: { from: from.plan, to: to.plan } },
    { when: was.enabled !== is.enabled, type: "maintenance_mode_enabled", details: { enabled: is.enabled } },
    { when: was.uri !== is.uri, type: "maintenance_mode_uri_updated", details: { fromURI: was.uri, toURI: is.uri } },
    { when: wasOff && !isOff, type: "auto_deploy_enabled", details: { trigger: after.autoDeployTrigger } },
    { when: !wasOff && isOff, type: "auto_deploy_disabled", details: { trigger: before.autoDeployTrigger } },
  ];
  return events.filter(({ when }) => when).map(({ type, details }) => ({ type, details }));
}
