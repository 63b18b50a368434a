import "../styles/later.css";
import type { Wanted } from "@callboard/client/headless";
import type { Inbox } from "@callboard/client/react";
import { cutText } from "@callboard/protocol";
import type { Place } from "../session/link.ts";
import { Lamp } from "../ui/lamp.tsx";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { apiErrorText } from "../videos/api-error.ts";
import { useWords } from "../words/use-words.ts";
import { Desk, LookingDesk } from "./empty-desk.tsx";
import { StartProgressLine } from "./start-progress-line.tsx";
import type { Start } from "./use-start.ts";

const MAX_PROMPT_LENGTH = 280;

/** The main area before anything is opened: what waits, that nothing waits, or how to begin. */
export function RestingDesk({
  inbox: { wanted },
  isEmpty,
  isLooking,
  first,
  open,
  start,
  canStart,
  hasSample,
  openStart,
}: {
  inbox: Inbox;
  /** There are no subjects and questions so far. */
  isEmpty: boolean;
  /** Not all data has come. */
  isLooking: boolean;
  /** The most urgent question. */
  first: Wanted | undefined;
  open: (place: Partial<Place>) => void;
  start: Start;
  canStart: boolean;
  hasSample: boolean;
  openStart: () => void;
}) {
  const { desk, start: starting } = useWords().frame;
  const ways = canStart && (
    <StartWays
      start={start}
      hasSample={hasSample}
      openStart={openStart}
      labels={{ sample: starting.sample, own: starting.own }}
    />
  );
  if (first)
    return (
      <Desk kind="waiting" heading={desk.waitHeading(wanted.length)}>
        <p className="quiet">{desk.waitText}</p>
        <blockquote className="empty-desk-prompt">
          <PeopleText lang={first.lang}>{cutText(first.prompt, MAX_PROMPT_LENGTH)}</PeopleText>
        </blockquote>
        <p className="actions">
          <button
            type="button"
            className="button primary"
            onClick={() => open({ subject: first.subject, requestId: first.requestId })}
          >
            {desk.openFirst}
          </button>
        </p>
      </Desk>
    );
  if (isLooking && isEmpty) return <LookingDesk />;
  if (!isEmpty)
    return (
      <Desk kind="done" heading={desk.doneHeading}>
        <p>{desk.doneText}</p>
        {ways}
      </Desk>
    );
  return (
    <Desk kind="first" heading={desk.firstHeading}>
      <p>{canStart ? desk.firstText : desk.firstTextAlone}</p>
      <ol className="first-steps">
        {(["busy", "standby", "go"] as const).map((cue) => (
          <li key={cue}>
            <Lamp cue={cue} />
            {desk.steps[cue]}
          </li>
        ))}
      </ol>
      {ways}
      {canStart && hasSample && <p className="quiet hint">{starting.sampleHint}</p>}
    </Desk>
  );
}

function StartWays({
  start,
  hasSample,
  openStart,
  labels,
}: {
  start: Start;
  hasSample: boolean;
  openStart: () => void;
  labels: { sample: string; own: string };
}) {
  const words = useWords();
  const isBusy = start.progress !== undefined;
  return (
    <>
      <p className="actions">
        {hasSample && (
          <button
            type="button"
            className="button primary"
            disabled={isBusy}
            onClick={() => void start.playSample()}
          >
            {labels.sample}
          </button>
        )}
        <button type="button" className="button" onClick={openStart}>
          {labels.own}
        </button>
      </p>
      {start.progress !== undefined && <StartProgressLine progress={start.progress} cancel={start.cancel} />}
      {start.error !== undefined && (
        <p className="problem" role="alert">
          <Sentence>{apiErrorText(start.error, words)}</Sentence>
        </p>
      )}
    </>
  );
}
