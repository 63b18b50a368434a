import { cryptoIds, systemClock } from "@callboard/functions";
import { createStage } from "./create-stage.ts";
import type { StartProgram } from "./program.ts";
import { listenForCases } from "./server.ts";
import { Breached, type ConformanceCase } from "./stage.ts";

/** The outcome of a case. */
export type Outcome = Pick<ConformanceCase, "name" | "demand" | "section"> & { readonly ms: number } & (
    | { readonly outcome: "passed" }
    | {
        readonly outcome: "failed";
        readonly expected: string;
        readonly came: string;
        /** The latest frames, each with the number of its connection and its direction. */
        readonly wire: readonly string[];
        /** The latest lines that the program wrote to its standard error. */
        readonly words: readonly string[];
      }
  );

/**
 * Runs cases against a program, some at the same time; `report` is called with each outcome. Rejects when the
 * port is in use.
 */
export async function runCases(
  cases: readonly ConformanceCase[],
  options: {
    start: StartProgram;
    port: number;
    patienceMs: number;
    atOnce: number;
    report: (outcome: Outcome) => void;
  },
): Promise<Outcome[]> {
  const server = await listenForCases(options.port);
  const waiting = [...cases];
  const outcomes: Outcome[] = [];

  async function play({ name, demand, section, play }: ConformanceCase): Promise<Outcome> {
    const startedAt = systemClock.now();
    const stage = createStage({
      ...options,
      url: server.url(name),
      now: systemClock.now,
      random: cryptoIds.random,
    });
    const leave = server.serve(name, stage);
    const ended = () => ({ name, demand, section, ms: systemClock.now() - startedAt });
    try {
      await play(stage);
      await stage.until(
        "one connection at last",
        () => stage.links.filter(({ isOpen }) => isOpen).length < 2 || undefined,
      );
      return { ...ended(), outcome: "passed" };
    } catch (error) {
      if (!(error instanceof Breached)) throw error;
      const { expected, came } = error;
      return { ...ended(), outcome: "failed", expected, came, ...stage.traces };
    } finally {
      leave();
      await stage.end();
    }
  }

  async function playSome(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const outcome = await play(next);
      outcomes.push(outcome);
      options.report(outcome);
    }
  }

  try {
    await Promise.all(Array.from({ length: options.atOnce }, playSome));
    return outcomes;
  } finally {
    await server.close();
  }
}
