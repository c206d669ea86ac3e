import { expect, test } from "vitest";
import { withoutValues } from "../../stacks/withhold-debug-values.ts";

test.each([
  [
    "RegisterResource RPC finished: resource:api[x]; err: null, resp: urn:…,\nenvVars,JWT,secret",
    "RegisterResource RPC finished: resource:api[x]; err: null, resp: [withheld]",
  ],
  [
    'RegisterResource RPC prepared: t=x, name=api, obj={"a":"secret"}',
    "RegisterResource RPC prepared: t=x, name=api, obj= [withheld]",
  ],
  [
    "RegisterResourceOutputs RPC prepared: urn=u, outputs={}",
    "RegisterResourceOutputs RPC prepared: urn=u, outputs= [withheld]",
  ],
  ["Registering resource: t=x, name=api", "Registering resource: t=x, name=api"],
])("%s", (message, shown) => {
  expect(withoutValues(message)).toBe(shown);
});
