import { run } from "callboard";
import { serve } from "../children/serve.ts";

export type Simulation = typeof commands;

/** The part of `callboard simulate --json` that the bench reads. */
export interface Simulated {
  readonly failures: readonly string[];
  readonly events: number;
  readonly kinds: Readonly<
    Record<
      string,
      { readonly reached: number; readonly lost: number; readonly p50: number; readonly p99: number }
    >
  >;
  readonly maps: { readonly maps: number; readonly equal: number };
  readonly late: { readonly p99: number };
  readonly load: Readonly<
    Record<"callboard" | "simulation", { readonly cores: number; readonly memoryMb: number } | undefined>
  > & { readonly machine: { readonly loadAverage: number } };
}

const commands = {
  /** Simulates broadcasts on a running Callboard, as the command does; rejects if that fails. */
  async play(aws: string, options: readonly string[]): Promise<Simulated> {
    const [out, err]: string[][] = [[], []];
    await run(["simulate", "--json", "--aws", aws, ...options], {
      env: {},
      print: (text) => void out!.push(text),
      warn: (text) => void err!.push(text),
      ask: async () => undefined,
      readInput: async () => "",
    });
    if (out!.length === 0) throw new Error(err!.join("\n"));
    return JSON.parse(out!.join("")) as Simulated;
  },
};

serve(commands);
