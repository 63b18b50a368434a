import type { Items } from "../model/items.ts";
import { warningsOf } from "../model/subject.ts";

/** What the owners of a subject should mend: nothing has gone wrong yet. */
export function Warnings({ items }: { items: Items }) {
  const warnings = warningsOf(items);
  if (warnings.length === 0) return null;
  return (
    <section className="message" data-tone="pending" aria-label="Worth a look">
      {warnings.map(({ key, message }) => (
        <p key={key} data-warning={key.slice("warning/".length)}>
          {message}
        </p>
      ))}
    </section>
  );
}
