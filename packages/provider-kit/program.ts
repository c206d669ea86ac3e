import * as pulumi from "@pulumi/pulumi";
import { pluginVersion } from "./plugin-version.ts";

/** Configuration of a provider instance: whose account, and which endpoint. Never a token. */
export interface VendorProviderArgs {
  /** The word `sandbox`, or absent for the vendor itself; the plugin finds the sandbox's address. */
  endpoint: "sandbox" | undefined;
  /** The account's identity, such as Render's `ownerId`: credentials of another account are refused. */
  account: Record<string, string | undefined>;
}

/** An explicit provider instance of one of our plugins, named as its vendor. */
export class VendorProvider extends pulumi.ProviderResource {
  constructor(vendor: string, { endpoint, account }: VendorProviderArgs) {
    super(vendor, vendor, { endpoint, ...account }, { version: pluginVersion(`${vendor}:`) });
  }
}
