import { Redis } from "@upstash/redis";

// The client knows one database; the database itself is made as the Developer API's documentation says.
const account = Buffer.from(`${process.env.UPSTASH_EMAIL}:${process.env.UPSTASH_API_KEY}`).toString("base64");
const made = await fetch("https://api.upstash.com/v2/redis/database", {
  method: "POST",
  headers: { authorization: `Basic ${account}`, "content-type": "application/json" },
  body: JSON.stringify({ database_name: "for-the-client", platform: "aws", primary_region: "us-east-1" }),
});
const { database_id: id, rest_token: token, read_only_rest_token: readOnly } = await made.json();
// The endpoint is the real Redis's own address here; the REST API has the database's id for its name.
const url = `https://${id}.upstash.io`;
const redis = new Redis({ url, token });

const set = await redis.set("key", { greeting: "hellö" });
const read = await redis.get("key");
await redis.incr("count");
const counted = await redis.incr("count");
const pipeline = await redis.pipeline().set("a", "1").get("a").del("a").exec();
const missing = await redis.get("nothing");
const reader = new Redis({ url, token: readOnly });
const refused = await reader.set("key", "other").then(
  () => false,
  ({ message }) => message.includes("NOPERM"),
);

const result = { set, read, counted, pipeline, missing, refused };
console.log(JSON.stringify(result));
