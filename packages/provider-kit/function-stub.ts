/** Stands in for `function.ts` inside the plugin, which must never load `@pulumi/pulumi` (400 ms of CPU). */
export type ProgramFunction<_I, _O> = () => never;

export function makeFunction<I, O>(token: string): ProgramFunction<I, O> {
  return () => {
    throw new Error(`${token} is called by programs; the plugin uses its definition.`);
  };
}
