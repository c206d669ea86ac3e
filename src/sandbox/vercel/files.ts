import { createHash } from "node:crypto";
import { defineRoute } from "../emulator.ts";
import { badRequest } from "./refusals.ts";
import { stateOf } from "./state.ts";

/** Only the digest is kept: nothing here builds from the files. */
export const fileRoutes = [
  defineRoute("POST /v*/files", {
    evidence: "contract",
    source: "https://vercel.com/docs/rest-api/reference/endpoints/deployments/upload-deployment-files",
    handle({ headers, body, store }) {
      const digest = headers["x-vercel-digest"] ?? headers["x-now-digest"];
      const text = typeof body === "string" ? body : "";
      if (typeof digest !== "string") throw badRequest("Missing required header: x-vercel-digest.");
      // Bodies arrive as text; one that is no UTF-8 has lost its bytes by now, so its digest is taken on trust.
      const intact = !text.includes("\uFFFD");
      if (intact && createHash("sha1").update(text).digest("hex") !== digest)
        throw badRequest("The digest does not match the file's content.");
      stateOf(store).files.set(digest, { size: Buffer.byteLength(text) });
      return { status: 200, json: { urls: [] } };
    },
  }),
];
