import type { Call } from "@mais/provider-kit";
import type { BookedAddOns } from "./add-ons-api.ts";
import type { Supabase } from "./client.ts";
import type { Inputs } from "./project-inputs.ts";

/** Inputs that are billing add-ons at Supabase. Undefined ones are not managed, and left as they are. */
export type WantedAddOns = Pick<Inputs, "instanceSize" | "pointInTimeDays" | "dedicatedIpv4">;

export const ADD_ON_INPUTS = ["instanceSize", "pointInTimeDays", "dedicatedIpv4"] as const;

/** What is booked, in the inputs' words. Nano is no add-on: it is what remains without one. */
export function addOnInputs(booked: BookedAddOns) {
  return {
    size: booked.compute_instance?.replace(/^ci_/, ""),
    pointInTimeDays: booked.pitr === undefined ? undefined : Number(booked.pitr.replace(/^pitr_/, "")),
    dedicatedIpv4: booked.ipv4 !== undefined,
  };
}

/**
 * Books and cancels what differs, waiting after each step: it may restart the project. Point-in-time recovery never
 * stands on compute that is too small for it.
 */
export async function settleAddOns(
  api: Supabase,
  ref: string,
  { wanted, call, ready }: Settling & { ready(): Promise<void> },
): Promise<void> {
  const before = addOnInputs(await api.addOns.booked(ref, call.signal));
  const steps = [
    () => leavePointInTime(api, ref, { wanted, call, booked: before.pointInTimeDays }),
    () => resize(api, ref, { size: wanted.instanceSize, current: before.size, signal: call.signal }),
    () => takePointInTime(api, ref, { wanted, call, booked: before.pointInTimeDays }),
    () => settleIpv4(api, ref, { wanted, call, isOn: before.dedicatedIpv4 }),
  ];
  for (const step of steps) if (await step()) await ready();
}

interface Settling {
  wanted: WantedAddOns;
  call: Call;
}

async function leavePointInTime(
  api: Supabase,
  ref: string,
  { wanted, call, booked }: Settling & { booked: number | undefined },
): Promise<boolean> {
  if (wanted.pointInTimeDays !== 0 || booked === undefined) return false;
  await api.addOns.cancel(ref, `pitr_${booked}`, call.signal);
  call.note(
    `Supabase project ${ref}: point-in-time recovery is off, and what it kept cannot be restored any more. ` +
      "Daily backups begin with the next night",
  );
  return true;
}

async function takePointInTime(
  api: Supabase,
  ref: string,
  { wanted: { pointInTimeDays: days }, call, booked }: Settling & { booked: number | undefined },
): Promise<boolean> {
  if (!days || days === booked) return false;
  call.progress(`Supabase project ${ref}: booking point-in-time recovery of ${days} days`);
  await api.addOns.book(ref, "pitr", { variant: `pitr_${days}`, signal: call.signal });
  return true;
}

interface Resize {
  size: string | undefined;
  current: string | undefined;
  signal: AbortSignal;
}

async function resize(api: Supabase, ref: string, { size, current, signal }: Resize): Promise<boolean> {
  if (size === undefined || current === size || (size === "nano" && current === undefined)) return false;
  if (size === "nano" && current) await api.addOns.cancel(ref, `ci_${current}`, signal);
  else await api.addOns.book(ref, "compute_instance", { variant: `ci_${size}`, signal });
  return true;
}

async function settleIpv4(
  api: Supabase,
  ref: string,
  { wanted: { dedicatedIpv4: wanted }, call, isOn }: Settling & { isOn: boolean },
): Promise<boolean> {
  if (wanted === undefined || wanted === isOn) return false;
  if (wanted) await api.addOns.book(ref, "ipv4", { variant: "ipv4_default", signal: call.signal });
  else await api.addOns.cancel(ref, "ipv4_default", call.signal);
  return true;
}
