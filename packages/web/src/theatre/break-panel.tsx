import { useFirstWords } from "../words/use-words.ts";
import type { FirstWords } from "../words/words.ts";
import type { BreakName, BreakNews } from "./breaks.ts";

/** An attempt to break it, with its results so far. */
export interface BreakTry {
  readonly name: BreakName;
  readonly news: BreakNews;
  readonly isOver: boolean;
}

const names = ["kill", "offline", "tabs", "nothing"] as const;

interface Props {
  readonly mayKill: boolean;
  readonly attempt: BreakTry | undefined;
  readonly onTry: (name: BreakName) => void;
}

/** The ways to break it, each with what should happen. */
export function BreakPanel({ mayKill, attempt, onTry }: Props) {
  const words = useFirstWords();
  const { breaks } = words.theatre;
  const isBusy = attempt !== undefined && !attempt.isOver;
  return (
    <section className="breaks" aria-labelledby="break-it">
      <h2 id="break-it">{breaks.title}</h2>
      <ul className="break-list">
        {names
          .filter((name) => name !== "kill" || mayKill)
          .map((name) => (
            <li key={name}>
              <button
                type="button"
                className="button break"
                aria-describedby={`break-${name}`}
                aria-disabled={isBusy}
                data-break={name}
                data-current={attempt?.name === name}
                title={breaks[name].should}
                onClick={() => !isBusy && onTry(name)}
              >
                {breaks[name].label}
              </button>
              <span id={`break-${name}`} className="visually-hidden">
                {breaks[name].should}
              </span>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** What should happen, and what did. */
export function BreakReport({ attempt: { name, news, isOver } }: { attempt: BreakTry }) {
  const words = useFirstWords();
  const { breaks } = words.theatre;
  return (
    <dl className="break-news" data-over={isOver} data-news={news.kind}>
      <div>
        <dt>{breaks.should}</dt>
        <dd>{breaks[name].should}</dd>
      </div>
      <div>
        <dt>{breaks.did}</dt>
        <dd>{newsText(news, words)}</dd>
      </div>
    </dl>
  );
}

/** What happened, in a sentence or two. */
export function newsText(told: BreakNews, { theatre: { news }, locale }: FirstWords): string {
  const secondsOf = (ms: number) =>
    (ms / 1000).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  switch (told.kind) {
    case "offline":
    case "waiting_for_deadline":
      return news[told.kind](told.seconds);
    case "killed":
      return news.killed(secondsOf(told.upMs), secondsOf(told.backMs), told.isOpen);
    case "came_back":
      return news.came_back(secondsOf(told.backMs));
    case "one_accepted":
      return news.one_accepted(told.title, told.first);
    case "default_taken":
      return news.default_taken(told.title);
    case "failed":
      return told.accepted === undefined ? news.failed : `${news.accepted(told.accepted)} ${news.failed}`;
    default:
      return news[told.kind];
  }
}
