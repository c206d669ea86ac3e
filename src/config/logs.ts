import * as z from "zod";
import type { Problem } from "./problem.ts";

/** Where the logs of what the stack runs go. */
export const logs = z.strictObject({
  /** Host and port of a syslog receiver, reached over TLS. https://render.com/docs/log-streams */
  endpoint: z.string().regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}:\d{1,5}$/i, {
    message: "expected host and port, for example logs.your-app.com:6514",
  }),
  /**
   * An HTTPS receiver for what the web tier prints, to which Vercel posts JSON lines; the same receiver's other door, as a
   * rule. Vercel asks it to prove that it wants them. https://vercel.com/docs/drains
   */
  webEndpoint: z.url({ protocol: /^https$/, error: "expected an https URL" }).optional(),
  /** Left out where the receivers ask for none. Only ever encrypted. */
  token: z.string().min(1).optional(),
  /**
   * `services`: the services of this stack alone. `workspace`: everything in the Render workspace, which one stack at
   * most can have.
   */
  scope: z.enum(["services", "workspace"]).default("services"),
});

export type Logs = z.output<typeof logs>;

/** The one setting that holds a secret: it may not stand in the stack file in plain text. */
export function plainTokenProblem(stack: string): Problem {
  return {
    subject: "logs.token",
    of: "setting",
    kind: "forbidden",
    rule: `expected an encrypted value: the token stands in Pulumi.${stack}.yaml in plain text`,
    origin: "the stack config",
    fix: `Make a new token, the old one may be in your Git history, and run: pulumi config set --secret --path mais:logs.token --stack ${stack}`,
  };
}

/** Whether the text of `mais:logs` holds a token at all. */
export function holdsToken(text: string): boolean {
  return /"token"\s*:\s*"[^"]/.test(text);
}
