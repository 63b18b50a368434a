import { useServerNow } from "@callboard/client/react";
import { durationText, momentText } from "../model/time.ts";
import { useWords } from "../words/use-words.ts";

/** How long it is until a moment, drawn every second and never read aloud by itself. */
export function Countdown({ until }: { until: number }) {
  const now = useServerNow(1000);
  const words = useWords();
  const left = until - now;
  return (
    <time
      className="countdown"
      dateTime={new Date(until).toISOString()}
      data-near={left < 60_000 || undefined}
    >
      {left > 0 ? `${durationText(left, words)} left` : "time is up"}
      <span className="countdown-until"> · until {momentText(until, now, words)}</span>
    </time>
  );
}
