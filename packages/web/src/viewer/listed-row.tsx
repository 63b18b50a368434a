import type { Channel } from "@callboard/client";
import { useServerNow } from "@callboard/client/react";
import { lineText, lineTone, type SubjectRow } from "../model/listed.ts";
import { momentText } from "../model/time.ts";
import { ListedPicture } from "../ui/avatar.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { cueOf, Lamp } from "../ui/lamp.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

interface Props {
  channel: Channel;
  rows: readonly SubjectRow[];
  /** Cards with large pictures for current subjects, dense lines for earlier ones. */
  look: "cards" | "lines";
  open: (subject: string) => void;
}

/** Subjects of a list, each a button that opens it. */
export function ListedRows({ rows, look, ...rest }: Props) {
  return (
    <ul className="rows listed" data-look={look}>
      {rows.map((row) => (
        <RowBoundary key={row.subject} name={row.subject} of={row}>
          <ListedRow row={row} {...rest} />
        </RowBoundary>
      ))}
    </ul>
  );
}

function ListedRow({
  row: { subject, name, startedAt, line },
  channel,
  open,
}: Pick<Props, "channel" | "open"> & { row: SubjectRow }) {
  const now = useServerNow();
  const words = useWords();
  const state = line && lineText(line, words);
  return (
    <li data-subject={subject} data-run={line?.state}>
      <button type="button" className="row" onClick={() => open(subject)}>
        {line !== undefined && <ListedPicture channel={channel} line={line} name={name} />}
        <PeopleText as="strong">{name}</PeopleText>
        {state !== undefined && (
          <span className="row-state" data-tone={lineTone(line!)}>
            <Lamp cue={cueOf(line)} />
            {state}
          </span>
        )}
        {startedAt !== undefined && (
          <time className="quiet" dateTime={isoOf(startedAt)}>
            {momentText(startedAt, now, words)}
          </time>
        )}
      </button>
    </li>
  );
}

/** A moment in ISO format; undefined for one outside its range. */
const isoOf = (at: number): string | undefined =>
  Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
