import type * as pulumi from "@pulumi/pulumi";

/** Options of a resource that must outlive a mistake: deleting it is refused, and dropping it from the program leaves it alone. */
export function kept(keep: boolean): pulumi.CustomResourceOptions {
  return keep ? { protect: true, retainOnDelete: true } : {};
}
