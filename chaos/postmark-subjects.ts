import type { Make, Subject, Vendor } from "./subjects.ts";

const receipt = { name: "Receipt", alias: "receipt", subject: "Your receipt" };

/** A mail server, what lives on it, and who may send. */
export function postmarkSubjects(postmark: Vendor, password: string): Subject[] {
  const hook = { url: "https://api.mais.example/mail", httpAuth: { username: "mais", password } };
  return [
    {
      ...{ vendor: postmark, type: "server:Server" },
      inputs: () => ({ name: "mais", color: "Blue" }),
      changed: () => ({ name: "mais", color: "Red" }),
    },
    {
      ...{ vendor: postmark, type: "messageStream:MessageStream", prepare: serverOf },
      inputs: (server) => ({ ...server, streamId: "news", name: "News", messageStreamType: "Broadcasts" }),
      changed: (server) => ({ ...server, streamId: "news", name: "Letters", messageStreamType: "Broadcasts" }),
    },
    {
      ...{ vendor: postmark, type: "webhook:Webhook", prepare: serverOf },
      inputs: (server) => ({ ...server, ...hook, bounceTrigger: { enabled: true } }),
      changed: (server) => ({ ...server, ...hook, bounceTrigger: { enabled: false }, openTrigger: { enabled: true } }),
    },
    {
      ...{ vendor: postmark, type: "domain:Domain" },
      inputs: () => ({ name: "mais.example" }),
      changed: () => ({ name: "mais.example", returnPathDomain: "pm-bounces.mais.example" }),
    },
    {
      ...{ vendor: postmark, type: "senderSignature:SenderSignature" },
      inputs: () => ({ fromEmail: "mail@mais.example", name: "Mais" }),
      changed: () => ({ fromEmail: "mail@mais.example", name: "The Mais team" }),
    },
    {
      ...{ vendor: postmark, type: "template:Template", prepare: serverOf },
      inputs: (server) => ({ ...server, ...receipt, textBody: "Hello {{name}}" }),
      changed: (server) => ({ ...server, ...receipt, textBody: "Hello" }),
    },
  ];
}

async function serverOf(make: Make) {
  const { outputs } = await make("server:Server", "mail", { name: "mais" });
  return { serverToken: outputs.apiToken, serverId: outputs.serverId };
}
