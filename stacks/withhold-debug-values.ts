import * as pulumi from "@pulumi/pulumi";

/**
 * At `-v=3` the SDK logs each resource's whole answer, secrets in clear among it (runtime/resource.ts of the Node SDK:
 * "RegisterResource RPC finished … resp: …"). What the program logs keeps the event and loses the values.
 */
export function withholdDebugValues(): void {
  const { debug } = pulumi.log;
  const quiet: typeof debug = (message, ...rest) => debug(withoutValues(message), ...rest);
  // The SDK's own modules call `log.debug` through this object.
  Object.assign(pulumi.log, { debug: quiet });
}

export function withoutValues(message: string): string {
  return message.replace(/(\b(?:resp|obj|outputs)[:=]).*$/s, "$1 [withheld]");
}
