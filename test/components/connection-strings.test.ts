import { expect, test } from "vitest";
import { hostUrl, pooledUrl, redisUrl, sessionUrl } from "../../src/components/connection-strings.ts";

const address = {
  poolerHost: "aws-0-eu-central-1.pooler.supabase.com",
  poolerPort: 6543,
  sessionPort: 5432,
  user: "postgres.abcdefghijklmnopqrst",
  directHost: "db.abcdefghijklmnopqrst.supabase.co",
  directPort: 5432,
  directUser: "postgres",
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

test("past the pooler it is the database's own host, and the role without the project", () => {
  expect(hostUrl(address)).toBe(
    "postgresql://postgres:p%40ss%2Fword%3F%23@db.abcdefghijklmnopqrst.supabase.co:5432/postgres",
  );
});

test("hosts and ports are the ones that Supabase named, a stand-in's too", () => {
  const local = { ...address, poolerHost: "127.0.0.1", poolerPort: 41002, sessionPort: 41001 };
  const direct = { directHost: "127.0.0.1", directPort: 41000 };
  const urls = [pooledUrl(local, 5), sessionUrl(local), hostUrl({ ...local, ...direct })].map((url) => new URL(url));
  expect(urls.map(({ host }) => host)).toEqual(["127.0.0.1:41002", "127.0.0.1:41001", "127.0.0.1:41000"]);
});

test("Redis is reached by TLS, and a bare slug gets its domain", () => {
  expect(redisUrl({ endpoint: "tame-fox-1", port: 6379, password: "a b" })).toBe(
    "rediss://default:a%20b@tame-fox-1.upstash.io:6379",
  );
  expect(redisUrl({ endpoint: "eu1.upstash.io", port: 6380, password: "x" })).toBe(
    "rediss://default:x@eu1.upstash.io:6380",
  );
});
