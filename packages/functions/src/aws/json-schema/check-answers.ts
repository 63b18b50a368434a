import { createContext, Script } from "node:vm";
import { answerChecker } from "./answer-checker.ts";
import { stepBudget, TooMuchWork, type WorkBudget } from "./step-budget.ts";

/**
 * The last guard, by the clock on the wall: all steps together take some 50 ms of a processor, and a busy machine may be
 * slow to give them. Work that is counted right never meets it.
 */
const longestMs = 1000;

/** Counts the work of checks, and tears off what goes on for too long although it is not counted. */
export function workBudget(): WorkBudget {
  const steps = stepBudget();
  let isCut = false;
  const script = new Script("run()");
  const context = createContext({ run: () => {} });

  return {
    ...steps,
    run<T>(work: () => T): T {
      isCut = false;
      let result: { value: T } | undefined;
      context.run = () => (result = { value: steps.run(work) });
      try {
        script.runInContext(context, { timeout: longestMs });
      } catch (error) {
        isCut = (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
        // A stack that is used up is work without an end, too.
        throw isCut || error instanceof RangeError ? new TooMuchWork() : error;
      } finally {
        context.run = undefined;
      }
      return result!.value;
    },
    wasCut: () => isCut,
  };
}

const budget = workBudget();

/** Steps that the last check took. */
export const stepsTaken = budget.spent;

export const { faultOf, issuesOf } = answerChecker(budget);
