import { redact } from "@mais/provider-kit";
import { expect, test } from "vitest";

const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nshort\n-----END KEY-----\n";

test("a secret of several lines goes as a whole, line by line, and encoded; its short lines say nothing and stay", () => {
  expect(redact(`all: ${KEY}`, [KEY])).toBe("all: [secret]");
  expect(redact("read MIIEvQIBADANBgkqhkiG9w0BAQEFAASC of a short file", [KEY])).toBe("read [secret] of a short file");
  expect(redact(`in ${Buffer.from(KEY).toString("base64")}`, [KEY])).toBe("in [secret]");
});
