import { Refused } from "@mais/provider-kit";

/** Until when a paused project can be restored. Source: https://supabase.com/docs/guides/platform/free-project-pausing */
const RESTORABLE = "90 days after it was paused";

/** From these a project never becomes healthy by waiting. Source: the official provider. */
const LOST: Record<string, (ref: string) => string> = {
  GOING_DOWN: () => "it is being deleted",
  INIT_FAILED: (ref) =>
    `its creation failed at Supabase; delete it at ${dashboard(ref)}/settings/general, then run \`mais pulumi refresh\` and try again`,
  REMOVED: () => "it was deleted; run `mais pulumi refresh`",
  INACTIVE: (ref) =>
    `it is paused, and its data is kept. Restore it at ${dashboard(ref)} (possible until ${RESTORABLE}; ` +
    "only the free plan pauses projects), then run the same command again",
  PAUSE_FAILED: () => "pausing it failed; ask Supabase's support",
  RESTORE_FAILED: () => "restoring it failed; ask Supabase's support",
};

/** Why a project in this status needs a person, and what to do; undefined where waiting may help or nothing is wrong. */
export function trouble(status: string, ref: string): string | undefined {
  const advice = LOST[status]?.(ref);
  return advice && `Supabase project ${ref} is ${status}: ${advice}`;
}

/** A project that is paused or lost is neither changed nor replaced: it is named, with the way back. */
export function requireUsable({ ref, status }: { ref: string; status: string }): void {
  const reason = trouble(status, ref);
  if (reason) throw new Refused(reason);
}

function dashboard(ref: string): string {
  return `https://supabase.com/dashboard/project/${ref}`;
}
