/** `urn:pulumi:<stack>::<project>::<parent types$type>::<name>` */
export function parseUrn(urn: string): { stack: string; project: string; type: string; name: string } {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/** `WebService "api"`, for messages. */
export function describeUrn(urn: string): string {
  const { type, name } = parseUrn(urn);
  return `${type.slice(type.lastIndexOf(":") + 1)} "${name}"`;
}
