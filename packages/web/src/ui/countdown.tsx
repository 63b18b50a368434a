import { useServerNow } from "@callboard/client/react";
import { durationText, momentText } from "../model/time.ts";
import { useWords } from "../words/use-words.ts";

/** The time until a moment, updated every second and not announced by itself. */
export function Countdown({ until }: { until: number }) {
  const now = useServerNow(1000);
  const words = useWords();
  const texts = words.shell.countdown;
  const left = until - now;
  return (
    <time
      className="countdown"
      dateTime={new Date(until).toISOString()}
      data-near={left < 60_000 || undefined}
    >
      {left > 0 ? texts.left(durationText(left, words)) : texts.over}
      <span className="countdown-until">{texts.until(momentText(until, now, words))}</span>
    </time>
  );
}
