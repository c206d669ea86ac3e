import { type Call, defineRoute, type Emulator } from "../emulator.ts";
import { accountRoutes, checkAccount } from "./account.ts";
import { emitEvent } from "./emit-event.ts";
import { eventRoutes, isConnected } from "./events.ts";
import { readForm } from "./form.ts";
import { priceRoutes } from "./prices.ts";
import { productRoutes } from "./products.ts";
import { refuse } from "./refusals.ts";
import { LATEST_VERSION } from "./vocabulary.ts";
import { webhookEndpointRoutes } from "./webhook-endpoints.ts";

const MODE_OF_KEY: Record<string, string> = { sandbox_stripe_test: "test", sandbox_stripe_live: "live" };

/** Stripe's API for the account's catalog and its webhook endpoints. An identity is the mode of the caller's key. */
export const emulator: Emulator = {
  vendor: "stripe",
  routes: [
    ...[...webhookEndpointRoutes, ...productRoutes, ...priceRoutes, ...eventRoutes, ...accountRoutes],
    // Would otherwise be taken for an object's id.
    ...[notEmulated("GET /v1/products/search"), notEmulated("GET /v1/prices/search")],
  ],
  authenticate(call) {
    const key = keyOf(call.headers.authorization ?? "");
    if (key === "")
      throw refuse(401, {
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth " +
          "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      });
    const mode = Object.hasOwn(MODE_OF_KEY, key) ? MODE_OF_KEY[key] : undefined;
    // Stripe echoes the key with stars in the middle; the sandbox shows none of it.
    if (mode === undefined) throw refuse(401, { message: "Invalid API Key provided: ****" });
    const onBehalf = call.headers["stripe-account"] ?? call.headers["stripe-context"];
    if (typeof onBehalf === "string" && !mayRead(call, onBehalf)) checkAccount(onBehalf);
    return mode;
  },
  parseBody(text, contentType) {
    if (contentType.includes("json"))
      throw refuse(400, { message: "This endpoint takes application/x-www-form-urlencoded parameters, not JSON." });
    return readForm(new URLSearchParams(text));
  },
  emit: emitEvent,
  unemulated,
  failed() {
    return { error: { type: "api_error", message: "Something went wrong in the sandbox's Stripe." } };
  },
  headers(call) {
    return { "request-id": `req_${call.world.ids.text(14)}`, "stripe-version": versionOf(call) };
  },
};

/** Of connected accounts the sandbox knows nothing but the events that happened in them. */
function mayRead({ path, store }: Call, account: string): boolean {
  return /^\/v1\/events(\/|$)/.test(path) && isConnected(store, account);
}

function notEmulated(route: `GET /${string}`) {
  return defineRoute(route, { evidence: "unknown", handle: (call) => ({ status: 501, json: unemulated(call) }) });
}

function unemulated(call: Call) {
  return {
    error: { type: "api_error", message: `The sandbox does not emulate ${call.method} ${call.path} of Stripe.` },
  };
}

/** `Bearer <key>`, or Basic with the key as the user and no password. */
function keyOf(authorization: string): string {
  const [scheme = "", value = ""] = authorization.split(" ");
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() === "basic") return Buffer.from(value, "base64").toString("utf8").split(":")[0] ?? "";
  return "";
}

function versionOf(call: Call): string {
  const asked = call.headers["stripe-version"];
  return typeof asked === "string" ? asked : LATEST_VERSION;
}
