import { answers, handOvers } from "./answer-cases.ts";
import { audiences } from "./audience-cases.ts";
import { ladder } from "./clock-cases.ts";
import { claimedAddress } from "./http-cases.ts";
import { lists } from "./list-cases.ts";
import { notices } from "./notice-cases.ts";
import { people } from "./people-cases.ts";
import { plugins } from "./plugin-cases.ts";
import type { UseCase } from "./use-case.ts";
import { closings, progress, questions } from "./workflow-cases.ts";

/** Everything that Callboard does, each in a scene of its own. */
export const useCases: readonly UseCase[] = [
  ...progress,
  ...questions,
  ...answers,
  ...handOvers,
  ...ladder,
  ...closings,
  ...people,
  claimedAddress,
  ...audiences,
  ...lists,
  ...notices,
  ...plugins,
];

/**
 * Use cases with calls of their own, each with a seed: every third from `first` on, and all of them if `CALLBOARD_RUNS`
 * asks for more runs.
 */
export const unlikeUseCases = (first: 0 | 1 | 2): readonly (UseCase & { readonly seed: number })[] =>
  useCases
    .filter(({ alike }) => !alike)
    .map((useCase, seed) => ({ ...useCase, seed }))
    .filter(({ seed }) => process.env.CALLBOARD_RUNS !== undefined || seed % 3 === first);
