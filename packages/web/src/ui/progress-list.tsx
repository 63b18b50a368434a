import { type ReactNode, useState } from "react";
import { type Progress, type StepRow as Row, spokenChanges } from "../model/progress.ts";
import { Announcer } from "./announcer.tsx";
import { BrokenRow, RowBoundary } from "./error-boundary.tsx";
import { ExecutionLine } from "./execution-line.tsx";
import { StepRow } from "./step-row.tsx";

/** The section that shows how far the latest run is, step by step; `children` stand between the whole and its steps. */
export function ProgressList({
  progress,
  unread,
  loading,
  children,
}: {
  progress: Progress;
  /** The keys of steps and executions that cannot be read. */
  unread: readonly string[];
  loading: boolean;
  children?: ReactNode;
}) {
  const spoken = useSpokenChanges(progress.steps, loading);
  return (
    <section className="card progress-card" aria-labelledby="progress-heading">
      <h2 id="progress-heading">Progress</h2>
      <RowBoundary name="execution" of={progress.execution} as="p">
        <ExecutionLine execution={progress.execution} loading={loading} />
      </RowBoundary>
      {children}
      <ol className="steps">
        {progress.steps.map((row) => (
          <RowBoundary key={row.step} name={`step/${row.step}`} of={row}>
            <StepRow row={row} />
          </RowBoundary>
        ))}
        {unread.map((key) => (
          <BrokenRow key={key} name={key} />
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
