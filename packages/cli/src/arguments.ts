import { parseArgs } from "node:util";

interface Misuse {
  readonly misuse: string;
}

/** The one word and the switches that a command takes, or in one line why these are not they. */
export function readArguments<S extends string>(
  args: readonly string[],
  word: string,
  switches: readonly S[],
): { readonly word: string; readonly on: ReadonlySet<S> } | Misuse {
  const given = readWords(args, 1, switches);
  if ("misuse" in given && !given.tooMany) return given;
  const [first] = "misuse" in given ? [] : given.words;
  if (!first || "misuse" in given) return { misuse: `exactly one ${word} is needed` };
  return { word: first, on: given.on };
}

/** At most so many words, and the switches, or in one line why these are not they. */
export function readWords<S extends string>(
  args: readonly string[],
  most: number,
  switches: readonly S[],
): { readonly words: readonly string[]; readonly on: ReadonlySet<S> } | (Misuse & { tooMany?: true }) {
  const options = Object.fromEntries(switches.map((name) => [name, { type: "boolean" as const }]));
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const surplus = positionals[most];
    if (surplus !== undefined) return { misuse: `unexpected ${JSON.stringify(surplus)}`, tooMany: true };
    return { words: positionals, on: new Set(switches.filter((name) => values[name])) };
  } catch (error) {
    return { misuse: (error as Error).message.split(". ")[0]! };
  }
}
