import { BlockList, isIP } from "node:net";
import type { InputProblem } from "@mais/provider-kit";
import { Restrictions } from "./settings-blocks.ts";
import { parseObject } from "./settings-text.ts";

/** Ranges that no packet from the internet comes from. https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE: readonly [network: string, bits: number][] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
];

const privateAddresses = new BlockList();
for (const [network, bits] of PRIVATE) privateAddresses.addSubnet(network, bits, familyOf(network));

const property = "network";

/** The database is reached over the internet, where private addresses mean nothing; Supabase refuses them. */
export function checkNetwork(network: string | undefined): InputProblem[] {
  if (network === undefined) return [];
  const parsed = Restrictions.safeParse(parseObject(network));
  if (!parsed.success)
    return [{ property, reason: 'must be {"restrictions": [ … ]} with addresses such as "203.0.113.0/24" or "::/0"' }];
  const { restrictions } = parsed.data;
  const hidden = restrictions.filter((cidr) => {
    const [address = ""] = cidr.split("/");
    return privateAddresses.check(address, familyOf(address));
  });
  if (hidden.length === 0) return [];
  return [
    { property, reason: `holds private addresses (${hidden.join(", ")}), which never reach Supabase: use public ones` },
  ];
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
