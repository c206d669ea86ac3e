import type { ResourceDefinition } from "./define-resource.ts";

/** Stands in for `resource.ts` inside the plugin, which must never load `@pulumi/pulumi` (400 ms of CPU). */
export type ResourceClass<_I, _O> = new () => never;

export function makeResourceClass<I, O>(definition: ResourceDefinition): ResourceClass<I, O> {
  return class {
    constructor() {
      throw new Error(`${definition.token} is for programs; the plugin uses its definition.`);
    }
  } as unknown as ResourceClass<I, O>;
}
