import type { Items } from "../model/items.ts";
import { warningsOf } from "../model/subject.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";

/** What the owners of a subject should mend: nothing has gone wrong yet. */
export function Warnings({ items }: { items: Items }) {
  const { warnings, misfits } = warningsOf(items);
  if (warnings.length + misfits.length === 0) return null;
  return (
    <section className="message warnings" data-tone="pending" aria-label="Worth a look">
      {warnings.map((warning) => (
        <RowBoundary key={warning.key} name={warning.key} of={warning} as="p">
          <p data-warning={warning.key.slice("warning/".length)}>
            <PeopleText>{warning.message}</PeopleText> {warning.mend}
          </p>
        </RowBoundary>
      ))}
      {misfits.map(({ key }) => (
        <BrokenRow key={key} name={key} as="p" />
      ))}
    </section>
  );
}
