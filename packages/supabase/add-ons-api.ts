import type { Http } from "@mais/provider-kit";
import { orAbsent } from "@mais/provider-kit";
import { z } from "zod";

const AddOns = z.object({
  selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })),
});

/** A type of add-on; each has one variant at most. */
export type AddOn = "compute_instance" | "pitr" | "ipv4";

/** What is booked for a project: the variant by type, such as `ci_small`, `pitr_7`, `ipv4_default`. */
export type BookedAddOns = Partial<Record<AddOn, string>>;

/** The billing add-ons of projects. */
export class AddOnsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async booked(ref: string, signal: AbortSignal): Promise<BookedAddOns> {
    const { selected_addons: selected } = await this.#http.get(at(ref), { answer: AddOns, signal });
    return Object.fromEntries(selected.map(({ type, variant }) => [type, variant.id]));
  }

  async book(ref: string, type: AddOn, { variant, signal }: { variant: string; signal: AbortSignal }): Promise<void> {
    const json = { addon_type: type, addon_variant: variant };
    await this.#http.patch(at(ref), { json, signal, repeatable: true });
  }

  async cancel(ref: string, variant: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(`${at(ref)}/${encodeURIComponent(variant)}`, { signal }));
  }
}

function at(ref: string): string {
  return `/v1/projects/${encodeURIComponent(ref)}/billing/addons`;
}
