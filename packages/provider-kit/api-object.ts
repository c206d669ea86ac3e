import { answerAt, joined } from "./api-object-answer.ts";
import { type ApiObjectInputs, type ApiObjectOutputs, check, inputs, outputs } from "./api-object-inputs.ts";
import { type ApiObjectOptions, find, idIn, look, lookSurely, type Making, shown } from "./api-object-look.ts";
import { fillPath, fillQuery, type RawApi, type Values } from "./api-object-request.ts";
import type { Call, CreateCall, DeleteCall, FindCall, UpdateCall } from "./define-resource.ts";
import { defineResource } from "./define-resource.ts";
import { orAbsent, PartialFailure, Refused } from "./errors.ts";

export type { ApiObjectOptions } from "./api-object-look.ts";
export type { RawApi, RawMethod, RawOptions } from "./api-object-request.ts";

/**
 * Any object of a vendor that has no resource of its own: its requests as templates, sent as the vendor's other resources
 * send theirs. Only keys that the program wrote are compared with what the vendor answers.
 */
export function defineApiObject<Api extends RawApi>(vendor: string, options: ApiObjectOptions) {
  const everything = Object.keys(inputs) as (keyof typeof inputs)[];
  return defineResource(`${vendor}:index/apiObject:ApiObject`, {
    inputs,
    outputs,
    secrets: ["secretBody", "secretResponse"],
    replaceOn: ["create", "params", "createBody"],
    writeOnly: ["secretBody", "createBody"],
    recomputed: { response: everything, secretResponse: everything },
    check,
    find: (api: Api, wanted: ApiObjectInputs, call: FindCall) => find(api, wanted, { call, options }),
    create: (api: Api, wanted: ApiObjectInputs, call: CreateCall) => create(api, wanted, { call, options }),
    async read(api: Api, id, call) {
      const { read, params, body: written = {} } = call.inputs ?? {};
      if (read) return await look(api, id, { read, params, written, call, before: call.outputs });
      throw new Refused(
        `an ApiObject cannot be imported: its requests stand in the program alone. Write it there, with existing: ${JSON.stringify(id)}`,
      );
    },
    update,
    delete: remove,
  });
}

async function create(api: RawApi, wanted: ApiObjectInputs, { call, options }: Making<CreateCall>) {
  const { create: making, params = {}, body: written, secretBody, createBody, existing } = wanted;
  if (existing !== undefined) return await takeOver(api, wanted, { call, options });
  const answer = await api.request(making.method, fillPath(making, params), {
    ...{ query: fillQuery(making, params), body: joined(written, createBody, secretBody) },
    ...{ signal: call.signal, idempotencyKey: call.nonce },
  });
  const id = idIn(answer, wanted);
  const before = shown(answerAt(answer, wanted.read.at) ?? answer, wanted.read);
  try {
    return { id, ...(await lookSurely(api, id, { ...wanted, written, call, before })) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(id, { ...before }, [`it was made (${id}), but not seen since: ${reason}`], {
      cause: error,
    });
  }
}

async function takeOver(api: RawApi, wanted: ApiObjectInputs, { call, options }: Making<CreateCall>) {
  const { existing: id = "", body: written } = wanted;
  const live = await look(api, id, { ...wanted, written, call });
  if (!live)
    throw new Refused(`${options.title} has no ${id} at ${wanted.read.path}: correct existing, or leave it out`);
  await send(api, id, { wanted, call });
  return { id, ...(await lookSurely(api, id, { ...wanted, written, call })) };
}

async function update(
  api: RawApi,
  id: string,
  wanted: ApiObjectInputs,
  call: UpdateCall<typeof inputs, typeof outputs>,
): Promise<ApiObjectOutputs & { body: Record<string, unknown> }> {
  // With nothing changed it finishes what was half made.
  const isDue = call.changed.size === 0 || call.changed.has("body") || call.changed.has("secretBody");
  if (isDue) await send(api, id, { wanted, call });
  return await lookSurely(api, id, { ...wanted, written: wanted.body, call, before: call.outputs });
}

async function send(api: RawApi, id: string, { wanted, call }: { wanted: ApiObjectInputs; call: Call }): Promise<void> {
  const { update: changing, params, secretBody } = wanted;
  const whole = joined(wanted.body, secretBody);
  if (!changing || Object.keys(whole).length === 0) return;
  const values: Values = { ...params, id };
  const request = { query: fillQuery(changing, values), body: whole, signal: call.signal };
  await api.request(changing.method, fillPath(changing, values), request);
}

async function remove(api: RawApi, id: string, call: DeleteCall<typeof inputs, typeof outputs>): Promise<void> {
  const { delete: deleting, params } = call.inputs;
  if (deleting === undefined || deleting === "none")
    return call.note(`${id} stays at the vendor as it is: delete is "none"`);
  const values: Values = { ...params, id };
  const request = { query: fillQuery(deleting, values), body: deleting.body, signal: call.signal };
  await orAbsent(api.request(deleting.method, fillPath(deleting, values), request));
}
