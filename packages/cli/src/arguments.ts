import { parseArgs } from "node:util";

/** The one word and the switches that a command takes, or in one line why these are not they. */
export function readArguments<S extends string>(
  args: readonly string[],
  word: string,
  switches: readonly S[],
): { readonly word: string; readonly on: ReadonlySet<S> } | { readonly misuse: string } {
  const options = Object.fromEntries(switches.map((name) => [name, { type: "boolean" as const }]));
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [first, ...more] = positionals;
    if (!first || more.length > 0) return { misuse: `exactly one ${word} is needed` };
    return { word: first, on: new Set(switches.filter((name) => values[name])) };
  } catch (error) {
    return { misuse: (error as Error).message.split(". ")[0]! };
  }
}
