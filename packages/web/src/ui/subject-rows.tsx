import type { Channel } from "@callboard/client";
import { useServerNow } from "@callboard/client/react";
import { distinctNames } from "../model/distinct-names.ts";
import { lineText, lineTone, type SubjectRow } from "../model/listed.ts";
import { momentText } from "../model/time.ts";
import { useWords } from "../words/use-words.ts";
import { ListedPicture } from "./avatar.tsx";
import { RowBoundary } from "./error-boundary.tsx";
import { cueOf, Lamp } from "./lamp.tsx";
import { PeopleText } from "./people-text.tsx";

interface Props {
  /** The channel of their pictures. */
  channel: Channel | undefined;
  rows: readonly SubjectRow[];
  selected?: string | undefined;
  open: (subject: string) => void;
}

/** A list of subjects, each a button that opens it; all names differ. */
export function SubjectRows({ rows, ...rest }: Props) {
  const words = useWords();
  const now = useServerNow();
  const names = distinctNames(rows, now, words);
  return (
    <ul className="rows">
      {rows.map((row) => (
        <RowBoundary key={row.subject} name={row.subject} of={row}>
          <Row row={row} name={names.get(row.subject) ?? row.name} now={now} {...rest} />
        </RowBoundary>
      ))}
    </ul>
  );
}

function Row({
  row: { subject, name: ownName, startedAt, line },
  name,
  now,
  channel,
  selected,
  open,
}: Omit<Props, "rows"> & { row: SubjectRow; name: string; now: number }) {
  const words = useWords();
  const state = line && lineText(line, words);
  // A name that contains the start time needs no second one.
  const at = startedAt !== undefined && name === ownName ? momentText(startedAt, now, words) : undefined;
  return (
    <li data-subject={subject} data-run={line?.state}>
      <button
        type="button"
        className="row row-pictured"
        aria-current={subject === selected ? "true" : undefined}
        onClick={() => open(subject)}
      >
        {channel !== undefined && line !== undefined && (
          <ListedPicture channel={channel} line={line} name={name} />
        )}
        <span className="row-words">
          <PeopleText as="strong">{name}</PeopleText>
          <span className="quiet">
            {state !== undefined && (
              <span className="row-state" data-tone={lineTone(line!)}>
                <Lamp cue={cueOf(line)} />
                {state}
              </span>
            )}
            {state !== undefined && at !== undefined && " · "}
            {at}
          </span>
        </span>
      </button>
    </li>
  );
}
