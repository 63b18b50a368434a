import "../styles/facts.css";
import { broadcastOf, factsOf, type Items } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { momentText } from "../model/time.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { FactValue, More, useFactsWords } from "./fact-value.tsx";

/** The most facts that are shown. */
const MAX_FACTS = 30;

/** The facts of a subject, and whether it is live. */
export function Facts({ items }: { items: Items }) {
  const { facts: texts } = useFactsWords();
  const facts = factsOf(items);
  return (
    <>
      <RowBoundary name="broadcast" of={items} as="p">
        <BroadcastLine items={items} />
      </RowBoundary>
      {facts.length > 0 && (
        <section className="card facts" aria-labelledby="facts-heading">
          <h2 id="facts-heading">{texts.heading}</h2>
          <dl>
            {facts.slice(0, MAX_FACTS).map(({ key, name, label, value, isPrivate }) => (
              <div key={key} data-fact={key}>
                <dt>
                  <PeopleText>{label ?? name}</PeopleText>
                  {isPrivate && <span className="quiet"> · {texts.ownersOnly}</span>}
                </dt>
                <dd>
                  <RowBoundary name={key} of={value} as="span">
                    <FactValue name={label ?? name} value={value} />
                  </RowBoundary>
                </dd>
              </div>
            ))}
          </dl>
          <More count={facts.length - MAX_FACTS} />
        </section>
      )}
    </>
  );
}

function BroadcastLine({ items }: { items: Items }) {
  const words = useFactsWords();
  const { facts } = words;
  const now = useServerNow();
  const broadcast = broadcastOf(items);
  if (broadcast === undefined) return null;
  const since = momentText(broadcast.since, now, words);
  if (!broadcast.isLive)
    return (
      <p className="broadcast quiet" data-live="false">
        {facts.ended(since)}
      </p>
    );
  return (
    <p className="broadcast" data-live="true">
      <strong className="live">{facts.live}</strong> {facts.liveSince(since)}
      {broadcast.views !== undefined && (
        <span data-views={broadcast.views}> · {facts.views(broadcast.views)}</span>
      )}
    </p>
  );
}
