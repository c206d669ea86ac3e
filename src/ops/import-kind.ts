import type { ResourceDefinition } from "@mais/provider-kit";
import { nearest } from "../nearest.ts";
import { exit, UserError } from "../user-error.ts";
import { kindsOf, VENDORS } from "./vendors.ts";

/** The kind that a user names: by its whole token, or by vendor and class (`render:WebService`). */
export async function resolveKind(type: string): Promise<ResourceDefinition> {
  const [vendor = ""] = type.split(":");
  if (!VENDORS.includes(vendor)) {
    throw new UserError(`"${type}" is no resource type: it begins with a vendor.`, {
      advice: `Vendors: ${VENDORS.join(", ")}. Write for example: render:WebService`,
      exit: exit.usage,
    });
  }
  const kinds = await kindsOf(vendor);
  const wanted = className(type).toLowerCase();
  const found = kinds.find(({ token }) => token === type || className(token).toLowerCase() === wanted);
  if (found) return found;
  const names = kinds.map(({ token }) => `${vendor}:${className(token)}`);
  const close = nearest(type, names);
  throw new UserError(`${vendor} has no resource "${type}".${close ? ` Did you mean ${close}?` : ""}`, {
    advice: `It has: ${names.join(", ")}.`,
    exit: exit.usage,
  });
}

export function className(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
