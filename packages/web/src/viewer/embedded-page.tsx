import { connectionView, type StepProgress } from "@callboard/client/headless";
import { useConnection, useServerNow } from "@callboard/client/react";
import { useSyncExternalStore } from "react";
import { connectionText } from "../model/connection.ts";
import { ownMessage, stateText } from "../model/progress.ts";
import { stepLabel } from "../model/words.ts";
import { parseLink } from "../session/link.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { useOnline } from "../ui/use-browser.ts";
import { useWords } from "../words/use-words.ts";
import { ReleasedVideo } from "./released-video.tsx";
import { ShowHead } from "./show-head.tsx";
import { Coming, UnknownSubject, WaitingLine } from "./subject-view.tsx";
import { useWatched } from "./use-watched.ts";

/** One subject inside another site's page. Its only control is the video player. */
export function EmbeddedPage() {
  const subject = useSyncExternalStore(followAddress, subjectHere);
  const { viewer } = useWords();
  return (
    <main className="embedded">
      {subject === undefined ? (
        <p className="quiet">{viewer.embed.none}</p>
      ) : (
        <Embedded key={subject} subject={subject} />
      )}
      <Trouble />
    </main>
  );
}

const subjectHere = (): string | undefined => parseLink(window.location.hash).subject;

function followAddress(changed: () => void) {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

function Embedded({ subject }: { subject: string }) {
  const { viewer, shell } = useWords();
  const watched = useWatched(subject);
  const { status, isUnknown } = watched;
  if (typeof status === "object")
    return <p role="alert">{status.error === "forbidden" ? viewer.mayNot : shell.channels.notFollowed}</p>;
  if (watched.loading) return <Coming subject={subject} />;
  if (isUnknown) return <UnknownSubject subject={subject} />;
  const [first] = watched.runs;
  return (
    <article className="show show-embedded" data-media={watched.media === undefined ? "none" : "there"}>
      <ShowHead subject={subject} watched={watched} />
      <WaitingLine waiting={watched.waiting} />
      {watched.media === undefined && <Current steps={first?.steps ?? []} />}
      <ReleasedVideo watched={watched} hasTranscript={false} />
    </article>
  );
}

/** The current step: the one in progress, else the failed one. */
function Current({ steps }: { steps: readonly StepProgress[] }) {
  const words = useWords();
  const step =
    steps.find(({ state }) => state === "started" || state === "running" || state === "waiting") ??
    steps.find(({ state }) => state === "failed");
  if (step === undefined) return null;
  const message = ownMessage(step.message);
  return (
    <p className="current" data-step={step.step} data-state={step.state}>
      <PeopleText as="strong">{stepLabel(step.step, words)}</PeopleText> {stateText(step.state, words)}
      {message !== undefined && (
        <PeopleText as="p" className="quiet">
          {message}
        </PeopleText>
      )}
    </p>
  );
}

/** The state of the connection, while there is a problem. */
function Trouble() {
  const words = useWords();
  const view = connectionView(useConnection(), useServerNow(), useOnline());
  if (view.kind === "connected") return null;
  return (
    <p className="quiet hint connection" data-kind={view.kind} data-connection={view.kind}>
      {connectionText(view.code, words)}
    </p>
  );
}
