import type { RunProgress } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { stateText } from "../model/progress.ts";
import { standingText } from "../model/subject.ts";
import { stepLabel, subjectCaption, untitledName } from "../model/words.ts";
import { Avatar } from "../ui/avatar.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { type Cue, Lamp } from "../ui/lamp.tsx";
import { usePageTitle } from "../ui/page-title.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { CueStrip } from "./cue-strip.tsx";
import type { Watched } from "./use-watched.ts";

interface Props {
  subject: string;
  watched: Watched;
}

/** The subject, its state, and its progress. */
export function ShowHead({ subject, watched }: Props) {
  const words = useWords();
  const { title, picture, viewers, runs, waiting } = watched;
  const [first] = runs;
  const name = title ?? untitledName(subject, words);
  usePageTitle(words.shell.titleOf(name));
  return (
    <header className="show-head" data-state={first?.execution?.state ?? "none"}>
      <RowBoundary name="avatar" of={picture} as="span">
        <Avatar picture={picture} title={name} />
      </RowBoundary>
      <div className="show-words">
        <p className="show-state">
          <Lamp cue={cueOfRun(first, waiting !== undefined)} />
          <RowBoundary name="state" of={first} as="span">
            <StateText run={first} waiting={waiting?.count ?? 0} />
          </RowBoundary>
        </p>
        <h1 tabIndex={-1} data-title={title === undefined ? "none" : "chosen"}>
          <PeopleText>{name}</PeopleText>
        </h1>
        <p className="quiet">
          <PeopleText>{subjectCaption(subject, name)}</PeopleText>
          {viewers !== undefined && viewers > 0 && ` · ${words.shell.rows.watching(viewers)}`}
        </p>
      </div>
      {first !== undefined && first.steps.length > 1 && <CueStrip steps={first.steps} />}
    </header>
  );
}

/** The state in a few words, with how long, or since when. */
function StateText({ run, waiting }: { run: RunProgress | undefined; waiting: number }) {
  const words = useWords();
  const execution = run?.execution;
  const passes = execution !== undefined && execution.endedAt === undefined;
  const now = useServerNow(passes ? 1_000 : undefined);
  if (execution === undefined) {
    const told = run?.steps.findLast(({ state }) => state !== "to_come");
    if (told === undefined) return words.viewer.notBegun;
    return words.progress.stepIs(stepLabel(told.step, words), stateText(told.state, words));
  }
  return standingText(execution, waiting, now, words);
}

/** The status light of a run. */
function cueOfRun(run: RunProgress | undefined, isWaiting: boolean): Cue {
  switch (run?.execution?.state) {
    case undefined:
      return "off";
    case "running":
      return isWaiting ? "standby" : "busy";
    case "succeeded":
      return "go";
    default:
      return "fail";
  }
}
