import type { RunProgress, StepProgress } from "@callboard/client/headless";
import { Fragment, type ReactNode, useState } from "react";
import { runName, spokenChanges } from "../model/progress.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { Announcer } from "./announcer.tsx";
import { BrokenRow, RowBoundary } from "./error-boundary.tsx";
import { ExecutionLine } from "./execution-line.tsx";
import { PeopleText } from "./people-text.tsx";
import { StepRow } from "./step-row.tsx";

/**
 * The section with the progress of each run, step by step; `children` are shown between the first run's
 * summary and its steps.
 */
export function ProgressList({
  runs,
  unread,
  loading,
  children,
}: {
  runs: readonly RunProgress[];
  /** The keys of steps and executions that cannot be read. */
  unread: readonly string[];
  loading: boolean;
  children?: ReactNode;
}) {
  const words = useWords();
  const spoken = useSpokenChanges(runs, loading, words);
  return (
    <section className="card progress-card" aria-labelledby="progress-heading">
      <h2 id="progress-heading">{words.progress.heading}</h2>
      {runs.map(({ run = "", execution, steps }, index) => (
        <Fragment key={run}>
          {runs.length > 1 && (
            <h3 data-run={run}>
              <PeopleText>{runName(run, words)}</PeopleText>
            </h3>
          )}
          <RowBoundary name={`execution/${run}`} of={execution} as="p">
            {(execution || steps.every(({ state }) => state === "to_come")) && (
              <ExecutionLine execution={execution} loading={loading} />
            )}
          </RowBoundary>
          {index === 0 && children}
          <ol className="steps">
            {steps.map((row) => (
              <RowBoundary key={row.step} name={`step/${row.step}`} of={row}>
                <StepRow row={row} />
              </RowBoundary>
            ))}
          </ol>
        </Fragment>
      ))}
      {unread.length > 0 && (
        <ul className="steps">
          {unread.map((key) => (
            <BrokenRow key={key} name={key} />
          ))}
        </ul>
      )}
      <Announcer text={spoken} />
    </section>
  );
}

/** The first full load of a channel, or of a run, is not a change and is not announced. */
function useSpokenChanges(runs: readonly RunProgress[], loading: boolean, words: Words): string {
  const [seen, setSeen] = useState<{ runs: readonly RunProgress[]; text: string }>();
  if (!loading && seen?.runs !== runs)
    setSeen({ runs, text: seen === undefined ? "" : changesOf(seen.runs, runs, words) });
  return seen?.text ?? "";
}

function changesOf(before: readonly RunProgress[], after: readonly RunProgress[], words: Words): string {
  const known = new Map(before.map(({ run, steps }) => [run, steps]));
  return after
    .map(({ run, steps }): string => {
      const earlier: readonly StepProgress[] | undefined = known.get(run) ?? known.get(undefined);
      return earlier ? spokenChanges(earlier, steps, words) : "";
    })
    .filter((text) => text !== "")
    .join(" ");
}
