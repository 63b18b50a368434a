import { type Items, warningsOf } from "@callboard/client/headless";
import { mendText } from "../model/subject.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** What the owners of a subject should fix: nothing has failed yet. */
export function Warnings({ items }: { items: Items }) {
  const words = useWords();
  const { warnings, unread } = warningsOf(items);
  if (warnings.length + unread.length === 0) return null;
  return (
    <section className="message warnings" data-tone="pending" aria-label={words.frame.desk.warnings}>
      {warnings.map((warning) => (
        <RowBoundary key={warning.key} name={warning.key} of={warning} as="p">
          <p data-warning={warning.key.slice("warning/".length)}>
            <PeopleText>{warning.message}</PeopleText> {mendText(warning, words)}
          </p>
        </RowBoundary>
      ))}
      {unread.map((key) => (
        <BrokenRow key={key} name={key} as="p" />
      ))}
    </section>
  );
}
