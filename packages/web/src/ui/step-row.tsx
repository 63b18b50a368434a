import type { StepProgress } from "@callboard/client/headless";
import { ownMessage, stateText } from "../model/progress.ts";
import { durationText } from "../model/time.ts";
import { computeLabel, said, stepLabel } from "../model/words.ts";
import { useWords } from "../words/use-words.ts";
import { PeopleText, Sentence } from "./people-text.tsx";

/** One step: its mark, what it does, how it stands. */
export function StepRow({ row }: { row: StepProgress }) {
  const words = useWords();
  const { rows } = words.shell;
  const label = stepLabel(row.step, words);
  const compute = computeLabel(row.data);
  const message = ownMessage(row.message);
  const busy = row.state === "started" || row.state === "running";
  const took =
    row.state === "succeeded" && row.startedAt !== undefined && row.at !== undefined
      ? row.at - row.startedAt
      : undefined;
  return (
    <li className="step" data-step={row.step} data-state={row.state}>
      <span className="step-mark" aria-hidden="true" />
      <div className="step-body">
        <p className="step-head">
          <span className="step-what">
            <PeopleText className="step-label">{label}</PeopleText>
            {compute !== undefined && (
              <>
                {" "}
                <span className="tag">
                  <Sentence>{rows.on(said(compute))}</Sentence>
                </span>
              </>
            )}
          </span>
          <span className="step-state">
            {stateText(row.state, words)}
            {busy && row.percent !== undefined && ` · ${rows.percent(Math.round(row.percent))}`}
            {took !== undefined && took >= 1000 && (
              <span className="quiet"> · {durationText(took, words)}</span>
            )}
          </span>
        </p>
        {busy && <progress className="step-bar" max={100} value={row.percent} aria-label={label} />}
        {message !== undefined && (
          <PeopleText as="p" className="step-message">
            {message}
          </PeopleText>
        )}
        {row.cause !== undefined && row.state === "failed" && (
          <details className="cause">
            <summary>{rows.why}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
            <pre tabIndex={0} dir="auto" lang="">
              {row.cause}
            </pre>
          </details>
        )}
      </div>
    </li>
  );
}
