import { type ReactNode, useState } from "react";
import { type Progress, type StepRow as Row, spokenChanges } from "../model/progress.ts";
import { Announcer } from "./announcer.tsx";
import { ExecutionLine } from "./execution-line.tsx";
import { StepRow } from "./step-row.tsx";

/** The section that shows how far the latest run is, step by step; `children` stand between the whole and its steps. */
export function ProgressList({
  progress,
  loading,
  children,
}: {
  progress: Progress;
  loading: boolean;
  children?: ReactNode;
}) {
  const spoken = useSpokenChanges(progress.steps, loading);
  return (
    <section className="card progress-card" aria-labelledby="progress-heading">
      <h2 id="progress-heading">Progress</h2>
      <ExecutionLine execution={progress.execution} loading={loading} />
      {children}
      <ol className="steps">
        {progress.steps.map((row) => (
          <StepRow key={row.step} row={row} />
        ))}
      </ol>
      <Announcer text={spoken} />
    </section>
  );
}

/** The first full sight of a channel is no change, so nothing of it is spoken. */
function useSpokenChanges(steps: readonly Row[], loading: boolean): string {
  const [seen, setSeen] = useState<{ steps: readonly Row[]; text: string }>();
  if (!loading && seen?.steps !== steps)
    setSeen({ steps, text: seen === undefined ? "" : spokenChanges(seen.steps, steps) });
  return seen?.text ?? "";
}
