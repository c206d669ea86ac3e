import { expect, test } from "vitest";
import { pooledUrl, redisUrl, sessionUrl } from "../../src/components/connection-strings.ts";

const address = {
  poolerHost: "aws-0-eu-central-1.pooler.supabase.com",
  poolerPort: 6543,
  sessionPort: 5432,
  user: "postgres.abcdefghijklmnopqrst",
  password: "p@ss/word?#",
  database: "postgres",
};

test("the pooled address tells Prisma of the pooler and its share of connections", () => {
  const url = new URL(pooledUrl(address, 5));
  expect([url.protocol, url.port, url.pathname, url.search]).toEqual([
    "postgresql:",
    "6543",
    "/postgres",
    "?pgbouncer=true&connection_limit=5",
  ]);
  expect(decodeURIComponent(url.password)).toBe("p@ss/word?#");
  expect(url.username).toBe("postgres.abcdefghijklmnopqrst");
});

test("migrations get a session on the same host", () => {
  expect(sessionUrl(address)).toBe(
    "postgresql://postgres.abcdefghijklmnopqrst:p%40ss%2Fword%3F%23@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
  );
});

test("Redis is reached by TLS, and a bare slug gets its domain", () => {
  expect(redisUrl({ endpoint: "tame-fox-1", port: 6379, password: "a b" })).toBe(
    "rediss://default:a%20b@tame-fox-1.upstash.io:6379",
  );
  expect(redisUrl({ endpoint: "eu1.upstash.io", port: 6380, password: "x" })).toBe(
    "rediss://default:x@eu1.upstash.io:6380",
  );
});
