import { useFirstWords } from "../words/use-words.ts";
import { median } from "./counters.ts";
import type { TheatreState } from "./theatre-store.ts";

/** The counters; an unknown value is a dash, never a zero. */
export function CounterList({ state: { counters, lost } }: { state: TheatreState }) {
  const { locale, theatre } = useFirstWords();
  const { counters: said } = theatre;
  const number = (n: number) => n.toLocaleString(locale);
  const p50 = median(counters.spans);
  const rows = [
    ["pushes", said.pushes, said.pushesHint, number(counters.pushes)],
    ["median", said.median, said.medianHint, p50 === undefined ? undefined : said.ms(number(p50))],
    ["accepted", said.accepted, said.acceptedHint, number(counters.accepted.length)],
    ["refused", said.refused, said.refusedHint, number(counters.refused)],
    ["lost", said.lost, said.lostHint, lost === undefined ? undefined : number(lost)],
  ] as const;
  return (
    <dl className="counters" aria-label={said.title}>
      {rows.map(([name, label, hint, value]) => (
        <div
          key={name}
          className="counter"
          title={hint}
          data-counter={name}
          data-some={name === "lost" && !!lost}
        >
          <dt>{label}</dt>
          <dd>
            {value ?? (
              <>
                <span aria-hidden="true">–</span>
                <span className="visually-hidden">{said.unknown}</span>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
