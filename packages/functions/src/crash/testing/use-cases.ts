import { answers, relays } from "./answer-cases.ts";
import { audiences } from "./audience-cases.ts";
import { dueWork } from "./clock-cases.ts";
import { claimedAddress } from "./http-cases.ts";
import { lists } from "./list-cases.ts";
import { notices } from "./notice-cases.ts";
import { people } from "./people-cases.ts";
import { plugins } from "./plugin-cases.ts";
import type { UseCase } from "./use-case.ts";
import { closings, progress, questions } from "./workflow-cases.ts";

/** Everything that Callboard does, one use case each. */
export const useCases: readonly UseCase[] = [
  ...progress,
  ...questions,
  ...answers,
  ...relays,
  ...dueWork,
  ...closings,
  ...people,
  claimedAddress,
  ...audiences,
  ...lists,
  ...notices,
  ...plugins,
];

/**
 * Use cases whose AWS calls differ from those of all others, each with a seed: every third, beginning with the number
 * `first`, or all of them if `CALLBOARD_RUNS` is set.
 */
export const distinctUseCases = (first: 0 | 1 | 2): readonly (UseCase & { readonly seed: number })[] =>
  useCases
    .filter(({ alike }) => !alike)
    .map((useCase, seed) => ({ ...useCase, seed }))
    .filter(({ seed }) => process.env.CALLBOARD_RUNS !== undefined || seed % 3 === first);
