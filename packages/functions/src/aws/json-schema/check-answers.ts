import { createContext, Script } from "node:vm";
import { answerChecker } from "./answer-checker.ts";
import { stepBudget, TooMuchWork, type WorkBudget } from "./step-budget.ts";

/**
 * The last limit, in wall-clock time. All steps together take about 50 ms of CPU time, but a busy machine may be slow.
 * Work whose steps are counted correctly never reaches it.
 */
const MAX_MS = 1000;

/** Counts the steps of checks, and stops work that takes too long without being counted. */
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
        script.runInContext(context, { timeout: MAX_MS });
      } catch (error) {
        isCut = (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
        // A stack overflow also counts as endless work.
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
