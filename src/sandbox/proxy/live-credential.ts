import type { IncomingMessage } from "node:http";
import { TOOL_CREDENTIALS } from "../address.ts";
import type { Destination } from "./hosts.ts";

/** Forms that only a vendor gives to a credential; the sandbox's own never have them. */
const ANYWHERE: Readonly<Record<string, RegExp>> = {
  Stripe: /(?<![a-z0-9])[sr]k_(live|test)_[a-z0-9]{8,}/i,
  Render: /(?<![a-z0-9])rnd_[a-z0-9]{16,}/i,
  Supabase: /(?<![a-z0-9])sbp_(?!0{40})([a-z0-9]+_)?[a-f0-9]{32,}/i,
  Vercel: /(?<![a-z0-9])vc[a-z]_[a-z0-9]{16,}/i,
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where a form is too plain to be recognised anywhere, its place says what it is. */
const IN_PLACE: Readonly<Record<string, (credentials: Credentials) => boolean>> = {
  vercel: ({ bearer }) => /^[a-z0-9]{24}$/i.test(bearer) && bearer !== TOOL_CREDENTIALS.VERCEL_TOKEN,
  upstash: ({ password }) => UUID.test(password),
  postmark: ({ headers }) => UUID.test(String(headers["x-postmark-account-token"] ?? "")),
};

interface Credentials {
  headers: IncomingMessage["headers"];
  bearer: string;
  /** Of basic authentication. */
  password: string;
}

/** Whose real credential the request seems to bear, in its headers or its address; undefined if none is recognised. */
export function liveCredentialIn(request: IncomingMessage, destination: Destination): string | undefined {
  const { headers, rawHeaders, url = "" } = request;
  const [scheme = "", value = ""] = (headers.authorization ?? "").split(" ");
  const decoded = scheme.toLowerCase() === "basic" ? Buffer.from(value, "base64").toString("utf8") : "";
  const texts = [...rawHeaders, decoded, url, decodeSafely(url)];
  for (const [vendor, form] of Object.entries(ANYWHERE)) if (texts.some((text) => form.test(text))) return vendor;
  if (destination.kind !== "api") return undefined;
  const bearer = scheme.toLowerCase() === "bearer" ? value : "";
  const password = decoded.slice(decoded.indexOf(":") + 1);
  const isLive = IN_PLACE[destination.vendor]?.({ headers, bearer, password }) ?? false;
  return isLive ? destination.vendor.replace(/^./, (letter) => letter.toUpperCase()) : undefined;
}

function decodeSafely(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return "";
  }
}
