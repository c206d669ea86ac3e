import { optional } from "../src/config/shape.ts";
import { anyText } from "../src/config/shapes.ts";
import { defineVariables } from "../src/config/variable.ts";

/**
 * The team's own variables. Each row here is judged, documented and delivered like a built-in one; a row with a
 * built-in name takes its place. The rows below are what the readiness check's Google Calendar probe reads.
 */
export const teamVariables = defineVariables({
  GOOGLE_CLIENT_ID: {
    about: "Google Calendar: who asks",
    usedBy: ["api", "worker"],
    secret: false,
    phase: "runtime",
    getIt: "Google Cloud > APIs & Services > Credentials > OAuth 2.0 Client IDs",
    dev: optional(anyText("an OAuth client id (….apps.googleusercontent.com)")),
    staging: optional(anyText("an OAuth client id (….apps.googleusercontent.com)")),
    prod: optional(anyText("an OAuth client id (….apps.googleusercontent.com)")),
  },
  GOOGLE_CLIENT_SECRET: {
    about: "Google Calendar: proves who asks",
    usedBy: ["api", "worker"],
    secret: true,
    phase: "runtime",
    rotation: "byHand",
    maxAgeDays: 365,
    getIt: "Google Cloud > APIs & Services > Credentials > the client > Client secrets",
    dev: optional(anyText("an OAuth client secret")),
    staging: optional(anyText("an OAuth client secret")),
    prod: optional(anyText("an OAuth client secret")),
  },
});
