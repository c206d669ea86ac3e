const NEVER_READ = "no read answers it, so what the program wrote stays with and without the mark";
const HOW_WE_WORK = "it says how we wait or delete, and nothing that is made differs";
const UNFINISHED = { "read: forgets unfinishedDeploy": "a deploy that fails is no part of these proofs" };
const RETIRED = "Upstash no longer has it, and sends nothing about it";

/**
 * By kind (with its vendor where several have one of that name) and break: why the changed definition behaves as the true one does, so that no proof can tell them apart. A
 * name that ends in `*` stands for all that begin so.
 */
const equivalents: Record<string, Record<string, string>> = {
  GeneratedSecret: {
    "create: forgets generation": "what makes a new value of an old one says nothing to the first one",
    "create: forgets keepers": "what makes a new value of an old one says nothing to the first one",
    "create: forgets overlap": "a first value has none before it",
    "recomputed: lacks previousValue":
      "the first value is its own previous one, so its first change leaves that as it was",
    "read: fails*": "it is never gone: its value lives in the state alone",
    "read: forgets*": "its value lives in the state alone, which keeps what a reading leaves out",
    "update: *": "its value is made anew by create or kept",
    "delete: *": "there is nothing outside of the state",
  },
  Project: {
    "writeOnly: lacks databasePassword": NEVER_READ,
    "writeOnly: lacks databasePasswordGeneration": NEVER_READ,
    "writeOnly: lacks waitForServices": NEVER_READ,
    "writeOnly: lacks timeouts": NEVER_READ,
    "update: forgets databasePasswordGeneration": "Supabase answers no password, so nothing that is read differs",
    "update: forgets waitForServices": HOW_WE_WORK,
    "update: forgets timeouts": HOW_WE_WORK,
  },
  Settings: {
    "writeOnly: lacks timeouts": NEVER_READ,
    "update: forgets timeouts": HOW_WE_WORK,
    "delete: does nothing": "settings are set, not made: deleting them leaves Supabase's values as they are",
    "createBeforeDelete: turned": "without a natural key the successor comes first anyway",
  },
  Bucket: {
    "writeOnly: lacks forceDestroy": NEVER_READ,
    "update: forgets forceDestroy": HOW_WE_WORK,
  },
  WebhookEndpoint: {
    "read: forgets secret": "Stripe tells it at creation only",
    "read: forgets application": "it names the Connect application that made an endpoint, and ours are made by none",
    "writeOnly: lacks besides": NEVER_READ,
    "update: forgets besides": "only the look-up before a create goes by it",
  },
  ProjectEnvironmentVariables: { "read: forgets prune": "Vercel knows nothing of it, so the state keeps it" },
  ProjectDomain: { "read: forgets waitForReady": "Vercel knows nothing of it, so the state keeps it" },
  Price: {
    "create: forgets taxBehavior": "the sample's value is what Stripe makes of none, since any other cannot be changed",
    "read: forgets taxBehavior": "once set nobody can change it",
    "update: forgets transferLookupKey": "it says how a key is taken over, and no proof has two holders of one",
  },
  WebService: UNFINISHED,
  BackgroundWorker: UNFINISHED,
  CronJob: UNFINISHED,
  "vercel ProjectEnvironmentVariable": {
    "read: forgets forced": "no team of the sandbox has the policy that forces a variable to be sensitive",
    "recomputed: lacks updatedAt": "the clock of these proofs stands still, so the time stays as it was",
  },
  "vercel Webhook": {
    "read: forgets secret": "Vercel tells it at creation only",
    "replaceOn: lacks *": "a kind without an update is replaced by every change",
  },
  EnvGroup: {
    "read: forgets revision": "it is ours alone: no read answers it, and the state's stays",
    "check: accepts everything":
      "a variable without value is sent as one to make up, and read back as what was written",
  },
  RegistryCredential: { "writeOnly: lacks authToken": NEVER_READ },
  NotificationSetting: {
    "read: fails where the object is gone": "a workspace always has its settings",
    "delete: *": "settings are set, not made: deleting them leaves Render's values as they are",
  },
  RedisDatabase: {
    "create: forgets tls": "every database has it, whoever asks for it or not",
    "update: forgets tls": "it has one value, which nothing changes",
    "update: forgets consistent": RETIRED,
    "update: forgets multizone": RETIRED,
    "writeOnly: lacks consistent": NEVER_READ,
    "writeOnly: lacks multizone": NEVER_READ,
  },
  DatabaseSettings: {
    "update: forgets passwordGeneration": "no proof compares a password with the one before; a test of its own does",
    "delete: does nothing": "settings are set, not made: deleting them leaves Upstash's values as they are",
    "writeOnly: lacks passwordGeneration": NEVER_READ,
    "createBeforeDelete: turned": "without a natural key the successor comes first anyway",
  },
  ApiObject: {
    ...Object.fromEntries(
      ["create", "read", "update", "delete", "find", "params", "existing"].map((part) => [
        `read: forgets ${part}`,
        "it is the program's own, and no read answers it",
      ]),
    ),
    "create: forgets find": "only the look-up goes by it",
    "create: forgets existing": "no proof asks which object it is; a test of its own does",
    "read: forgets response": "what a read leaves out stays as state has it, and none of these is imported",
    "read: forgets secretResponse": "what a read leaves out stays as state has it, and none of these is imported",
    "update: forgets update": "it says how a later change is asked for, and nothing is sent for its own sake",
    "update: forgets delete": "it says how a later deletion is asked for",
    "update: forgets find": "only the look-up before a create goes by it",
    "update: forgets existing": "only the create goes by it",
    "update: forgets secretBody": "no answer is compared with it; a test of its own looks at what was sent",
    "writeOnly: lacks secretBody": NEVER_READ,
    "writeOnly: lacks createBody": NEVER_READ,
  },
  MessageStream: { "update: forgets serverToken": "which of a server's valid tokens asks changes nothing at Postmark" },
  Template: { "update: forgets serverToken": "which of a server's valid tokens asks changes nothing at Postmark" },
  Webhook: { "update: forgets serverToken": "which of a server's valid tokens asks changes nothing at Postmark" },
};

/** Why a break changes nothing, or undefined where it must be noticed. */
export function equivalenceOf(vendor: string, kind: string, name: string): string | undefined {
  const known = Object.entries({ ...equivalents[kind], ...equivalents[`${vendor} ${kind}`] });
  return known.find(([key]) => key === name || (key.endsWith("*") && name.startsWith(key.slice(0, -1))))?.[1];
}
