import type { ResourceDefinition } from "@mais/provider-kit";
import { exit, UserError } from "../user-error.ts";
import { className } from "./import-kind.ts";
import type { Vendors } from "./vendors.ts";

/** Inputs that are the whole natural key of some kind. */
const KEYS = ["name", "databaseName", "url", "domain", "lookupKey"] as const;

interface Wanted {
  name: string;
  id: string;
  stack: string;
}

/** The vendor's id of an object that is named by its id, or by the key that users see: its name, URL or lookup key. */
export async function idAtVendor(
  definition: ResourceDefinition,
  { name, id, stack }: Wanted,
  vendors: Vendors,
): Promise<string> {
  const [vendor = ""] = definition.token.split(":");
  const urn = `urn:pulumi:${stack}::mais-deploy::${definition.token}::${name}`;
  const kind = `${vendor} ${className(definition.token)}`;
  const byId = await settle(vendors.exists({ urn, definition, inputs: {} }, id));
  if (byId.value) return id;
  const key = KEYS.find((one) => one in definition.inputs);
  const known = Object.entries({
    ...vendors.configuration(vendor),
    organizationId: vendors.configuration(vendor).organization,
  });
  const inputs = {
    ...Object.fromEntries(known.filter(([property]) => property in definition.inputs)),
    ...(key ? { [key]: id } : {}),
  };
  const byKey = key ? await settle(vendors.find({ urn, definition, inputs })) : {};
  const found = byKey.value ?? [];
  const [only, ...others] = found;
  if (only && others.length === 0) return only.id;
  if (only)
    throw new UserError(`There are ${found.length} objects "${id}" of ${kind}.`, {
      advice: `Name one by its id: ${found.map((one) => one.id).join(", ")}`,
      exit: exit.usage,
    });
  const reasons = [byId.problem, byKey.problem].filter((reason) => reason !== undefined);
  throw new UserError(
    `There is no ${kind} with the id${key ? ` or ${key}` : ""} "${id}"${reasons.length > 0 ? `: ${reasons[0]}` : "."}`,
    { advice: "Take the id from the vendor's dashboard. Nothing was imported.", exit: exit.deploy },
  );
}

async function settle<T>(asked: Promise<T>): Promise<{ value?: T; problem?: string }> {
  try {
    return { value: await asked };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
