import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { expect, test } from "vitest";
import { Authority } from "../../src/sandbox/proxy/authority.ts";
import { integer, objectId, octetString, time } from "../../src/sandbox/proxy/der.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const DAY_MS = 86_400_000;

/** What a client that trusts the authority's file alone makes of a server that shows its certificate for `host`. */
async function greet(authority: Authority, host: string, asked = host): Promise<string> {
  const server = createServer({ SNICallback: (_name, done) => done(null, authority.contextFor(host)) });
  server.on("tlsClientError", () => {});
  server.on("connection", (socket) => socket.on("error", () => {}));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: "127.0.0.1", port, servername: asked, ca: readFileSync(authority.file) });
  try {
    await once(client, "secureConnect");
    return "trusted";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node has no name for what is wrong with a name.
    return code === undefined || code === "UNSPECIFIED" ? message : code;
  } finally {
    client.destroy();
    server.close();
  }
}

test("its certificates are trusted for the vendors' hosts and what is below their data domains, and for nothing else", async () => {
  using folder = temporaryFolder();
  const authority = Authority.open({ folder: folder.path });
  for (const host of ["api.render.com", "abc.supabase.co", "abc.storage.supabase.co", "mais-api.onrender.com"])
    expect([host, await greet(authority, host)]).toEqual([host, "trusted"]);
  for (const host of ["example.com", "render.com", "evil-supabase.co", "supabase.co.example.com", "api.github.com"])
    expect([host, await greet(authority, host)]).toEqual([host, "permitted subtree violation"]);
  // One host's certificate does not serve another.
  expect(await greet(authority, "api.render.com", "api.stripe.com")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("it vouches for servers, for a week at most, and cannot make another authority", () => {
  using folder = temporaryFolder();
  const authority = Authority.open({ folder: folder.path });
  const certificate = new X509Certificate(readFileSync(authority.file));
  const { validFromDate, validToDate, ca, publicKey } = certificate;
  expect(certificate.verify(publicKey)).toBe(true);
  expect([ca, certificate.checkIssued(certificate), certificate.keyUsage]).toEqual([true, true, ["1.3.6.1.5.5.7.3.1"]]);
  expect(publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
  expect(validToDate.getTime() - validFromDate.getTime()).toBeLessThanOrEqual(7 * DAY_MS + 3_600_000);
  expect(authority.expires).toEqual(validToDate);
  // Critical: basic constraints with a path length of 0, and name constraints.
  expect(certificate.raw.includes(Buffer.from("0603551d130101ff040830060101ff020100", "hex"))).toBe(true);
  expect(certificate.raw.includes(Buffer.from("0603551d1e0101ff", "hex"))).toBe(true);
  // Every IPv4 and every IPv6 address is excluded: a kind of name that the constraints leave out would be free.
  for (const [prefix, length] of [["300a8708", 8] as const, ["30228720", 32] as const])
    expect(certificate.raw.includes(Buffer.from(prefix + "00".repeat(length), "hex"))).toBe(true);
});

test("its files are for their owner only, and stay the same from one start to the next", () => {
  using folder = temporaryFolder();
  const at = join(folder.path, "proxy");
  const first = Authority.open({ folder: at });
  const made = readFileSync(first.file, "utf8");
  expect(readdirSync(at).toSorted()).toEqual(["ca-key.pem", "ca.pem"]);
  expect(modes(at)).toEqual([0o700, 0o600, 0o600]);
  chmodSync(at, 0o755);
  const second = Authority.open({ folder: at });
  expect([readFileSync(second.file, "utf8") === made, ...modes(at)]).toEqual([true, 0o700, 0o600, 0o600]);
});

test("a key that others could read, or files that do not fit together, make way for a new authority", async () => {
  using folder = temporaryFolder();
  const key = join(folder.path, "ca-key.pem");
  const spoil = [
    () => chmodSync(key, 0o640),
    () => writeFileSync(key, "no key"),
    () => writeFileSync(join(folder.path, "ca.pem"), "no certificate"),
    () => writeFileSync(key, otherKey(), { mode: 0o600 }),
  ];
  const seen = new Set<string>();
  for (const damage of [() => {}, ...spoil]) {
    if (seen.size > 0) damage();
    const authority = Authority.open({ folder: folder.path });
    seen.add(readFileSync(authority.file, "utf8"));
    expect(modes(folder.path)).toEqual([0o700, 0o600, 0o600]);
  }
  expect(seen.size).toBe(spoil.length + 1);
  expect(await greet(Authority.open({ folder: folder.path }), "api.render.com")).toBe("trusted");
});

test("it renews itself with less than two days left, while it runs too, and then signs with the new key", async () => {
  using folder = temporaryFolder();
  const started = Date.now() - 4 * DAY_MS;
  let now = started;
  const authority = Authority.open({ folder: folder.path, now: () => new Date(now) });
  const made = readFileSync(authority.file, "utf8");
  authority.contextFor("api.render.com");
  now = started + 4.9 * DAY_MS;
  authority.renew();
  expect(readFileSync(authority.file, "utf8")).toBe(made);
  expect(await greet(authority, "api.render.com")).toBe("trusted");
  now = started + 5.1 * DAY_MS;
  // The next greeting is enough: nobody has to ask for it.
  authority.contextFor("api.render.com");
  expect(readFileSync(authority.file, "utf8")).not.toBe(made);
  expect(authority.expires.getTime()).toBeGreaterThan(now + 6.9 * DAY_MS);
  expect(new X509Certificate(readFileSync(authority.file)).checkPrivateKey(privateKey(folder.path))).toBe(true);
});

test("with another authority beside it, that of the databases, one file holds both, renewed too", () => {
  using folder = temporaryFolder();
  const besides = join(folder.path, "databases.pem");
  writeFileSync(besides, "THE OTHER");
  let now = Date.now();
  const authority = Authority.open({ folder: join(folder.path, "proxy"), besides, now: () => new Date(now) });
  const both = () => readFileSync(authority.file, "utf8");
  const own = () => readFileSync(join(folder.path, "proxy", "ca.pem"), "utf8");
  const first = own();
  expect(both()).toBe(`${first}THE OTHER`);
  now += 6 * DAY_MS;
  authority.renew();
  expect(own()).not.toBe(first);
  expect(both()).toBe(`${own()}THE OTHER`);
});

test("a certificate that a clock set back made valid too far ahead is not kept", () => {
  using folder = temporaryFolder();
  const ahead = Authority.open({ folder: folder.path, now: () => new Date(Date.now() + 30 * DAY_MS) });
  const late = readFileSync(ahead.file, "utf8");
  expect(readFileSync(Authority.open({ folder: folder.path }).file, "utf8")).not.toBe(late);
});

test("numbers, names, long contents and times are written as the encoding rules say", () => {
  const hex = (bytes: Buffer) => bytes.toString("hex");
  expect([0, 127, 128, 256, 65_537].map((number) => hex(integer(number)))).toEqual([
    "020100",
    "02017f",
    "02020080",
    "02020100",
    "0203010001",
  ]);
  expect(hex(integer(Buffer.from("00008f", "hex")))).toBe("0202008f");
  expect(hex(objectId("1.2.840.10045.4.3.2"))).toBe("06082a8648ce3d040302");
  expect(hex(octetString(Buffer.alloc(127))).slice(0, 4)).toBe("047f");
  expect(hex(octetString(Buffer.alloc(200))).slice(0, 6)).toBe("0481c8");
  expect(hex(octetString(Buffer.alloc(300))).slice(0, 8)).toBe("0482012c");
  expect(time(new Date("2026-11-24T16:30:59.999Z")).toString("latin1").slice(2)).toBe("261124163059Z");
  expect(time(new Date("2050-01-02T03:04:05Z")).toString("latin1").slice(2)).toBe("20500102030405Z");
});

/** Of the folder, the key and the certificate. */
function modes(folder: string): number[] {
  return ["", "ca-key.pem", "ca.pem"].map((name) => statSync(join(folder, name)).mode & 0o777);
}

function privateKey(folder: string) {
  return createPrivateKey(readFileSync(join(folder, "ca-key.pem")));
}

function otherKey(): string {
  using folder = temporaryFolder();
  Authority.open({ folder: folder.path });
  return readFileSync(join(folder.path, "ca-key.pem"), "utf8");
}
