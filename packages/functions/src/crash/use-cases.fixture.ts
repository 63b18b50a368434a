import { answers, handOvers } from "./answer-cases.fixture.ts";
import { audiences } from "./audience-cases.fixture.ts";
import { ladder } from "./clock-cases.fixture.ts";
import { claimedAddress } from "./http-cases.fixture.ts";
import { lists } from "./list-cases.fixture.ts";
import { people } from "./people-cases.fixture.ts";
import type { UseCase } from "./use-case.fixture.ts";
import { closings, progress, questions } from "./workflow-cases.fixture.ts";

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
];

/** Those that call AWS in ways of their own. */
export const unlikeUseCases: readonly UseCase[] = useCases.filter(({ alike }) => !alike);
