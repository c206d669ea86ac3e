import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";

// The SDK knows one project; the project itself is made as the Management API's documentation says.
const api = "https://api.supabase.com/v1/projects";
const headers = { authorization: `Bearer ${process.env.SUPABASE_ACCESS_TOKEN}`, "content-type": "application/json" };
const wanted = {
  name: "for-the-sdk",
  organization_slug: "sandbox",
  region: "eu-central-1",
  db_pass: "Nine-Lives-42-Cats",
};
const { ref } = await ask(api, { method: "POST", body: JSON.stringify(wanted) });
for (let attempt = 0; attempt < 40; attempt += 1) {
  if ((await ask(`${api}/${ref}`)).status === "ACTIVE_HEALTHY") break;
  await sleep(250);
}
const keys = await ask(`${api}/${ref}/api-keys?reveal=true`);
const { storage } = createClient(`https://${ref}.supabase.co`, keys.find(({ type }) => type === "secret").api_key);

const made = take(await storage.createBucket("avatars", { public: false, fileSizeLimit: "1MB" }));
const buckets = take(await storage.listBuckets());
take(await storage.updateBucket("avatars", { public: true }));
const read = take(await storage.getBucket("avatars"));
take(await storage.deleteBucket("avatars"));
const left = take(await storage.listBuckets());

async function ask(url, options = {}) {
  const answer = await fetch(url, { headers, ...options });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return await answer.json();
}

function take({ data, error }) {
  if (error) throw error;
  return data;
}

const result = {
  made: made.name,
  buckets: buckets.map(({ name }) => name),
  limit: read.file_size_limit,
  isPublic: read.public,
  left,
};
console.log(JSON.stringify(result));
