import { latestOf } from "@callboard/client/headless";
import { useCallboard } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { useRef } from "react";
import { momentText } from "../../model/time.ts";
import { ActNews } from "./act-news.tsx";
import { useAct, useAmendWords } from "./use-act.ts";

const steps = [
  { label: "quarter", ms: 15 * 60_000 },
  { label: "hour", ms: 60 * 60_000 },
] as const;

/** Moves the deadline, no further than the workflow waits. */
export function MoreTime({ request, deadline }: { request: RequestValue; deadline: number }) {
  const client = useCallboard();
  const words = useAmendWords();
  const texts = words.amend;
  const [state, extend] = useAct((until: number) => client.extend(request.requestId, until));
  const latest = state.phase === "refused" ? latestOf(state.details, deadline) : undefined;
  const busy = state.phase === "sending";
  const news = useRef<HTMLDivElement>(null);

  function takeLatest(until: number) {
    // The button disappears with its offer; the focus must not.
    news.current?.focus();
    extend(until);
  }

  return (
    <fieldset className="amend">
      <legend>{texts.timeLegend}</legend>
      <div className="actions">
        {steps.map(({ label, ms }) => (
          <button
            key={label}
            type="button"
            className="button"
            aria-disabled={busy}
            onClick={() => extend(deadline + ms)}
          >
            {texts.steps[label]}
          </button>
        ))}
        {latest !== undefined && (
          <button type="button" className="button primary" onClick={() => takeLatest(latest)}>
            {texts.untilButton(momentText(latest, client.now(), words))}
          </button>
        )}
      </div>
      <div ref={news} tabIndex={-1}>
        <ActNews
          act="extend"
          state={state}
          deadline={deadline}
          done={(until) => texts.extended(momentText(until, client.now(), words))}
        />
      </div>
    </fieldset>
  );
}
