import type { IncomingMessage, ServerResponse } from "node:http";
import { answerApplication } from "./applications.ts";
import type { Emulated } from "./emulated.ts";
import { forward } from "./forward.ts";
import type { Destination } from "./hosts.ts";
import { answerRedis } from "./redis-rest.ts";
import { refuse } from "./refusals.ts";
import { answerSidePage } from "./side-pages.ts";

/** A project's own host, or its second one for files. */
const PROJECT = /^([a-z]{20})(?:\.storage)?$/;

/** Answers a request to a vendor's host as the vendor would: from its emulator, a database or a running application. */
export function answerHost(
  destination: Destination,
  { request, response, emulated }: { request: IncomingMessage; response: ServerResponse; emulated: Emulated },
): void {
  const target = request.url ?? "/";
  const toEmulator = (path: string) => forward(request, response, { origin: emulated.url(), path });
  if (!target.startsWith("/")) refuse(response, 400, "The request's target is not a path.", destination);
  else if (destination.kind === "api") toEmulator(`/${destination.vendor}${target}`);
  else if (destination.kind === "side") answerSidePage(destination.host, request, response);
  else {
    const { domain } = destination;
    if (domain === "supabase.co") answerProject(destination.label, target, { response, toEmulator });
    else if (domain === "upstash.io") answerRedis(destination.host, { request, response, emulated });
    else answerApplication({ ...destination, domain }, { request, response, emulated });
  }
}

/** `https://<ref>.supabase.co/storage/v1/bucket` is `/supabase/storage/<ref>/v1/bucket` in the sandbox. */
function answerProject(
  label: string,
  target: string,
  { response, toEmulator }: { response: ServerResponse; toEmulator(path: string): void },
): void {
  const ref = PROJECT.exec(label)?.[1];
  const [, api = "", rest = ""] = /^\/([^/?]*)(.*)$/.exec(target) ?? [];
  if (ref === undefined) refuse(response, 404, "There is no Supabase project of that name.");
  else toEmulator(`/supabase/${api}/${ref}${rest}`);
}
