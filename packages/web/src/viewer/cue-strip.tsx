import type { StepProgress } from "@callboard/client/headless";
import { useWords } from "../words/use-words.ts";

const isDone = ({ state }: StepProgress): boolean => state === "succeeded" || state === "skipped";

/** All steps of a run at a glance, a segment each; the running one is filled to its percentage. */
export function CueStrip({ steps }: { steps: readonly StepProgress[] }) {
  const words = useWords();
  if (steps.length === 0) return null;
  const done = steps.filter(isDone).length;
  return (
    <div className="cue-strip">
      <span className="cue-segments" aria-hidden="true">
        {steps.map(({ step, state, percent }) => (
          <span key={step} className="cue-segment" data-cue={state}>
            {percent !== undefined && !isDone({ state } as StepProgress) && (
              <span className="cue-fill" style={{ inlineSize: `${Math.min(100, Math.max(0, percent))}%` }} />
            )}
          </span>
        ))}
      </span>
      <span className="quiet cue-count">{words.viewer.stepsDone(done, steps.length)}</span>
    </div>
  );
}
