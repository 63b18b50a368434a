import type { ExecutionValue } from "@callboard/protocol";
import { useEffect, useRef, useState } from "react";
import { Sentence } from "../ui/people-text.tsx";
import { type ApiError, apiErrorText } from "../videos/api-error.ts";
import type { ApiResult, VideosApi } from "../videos/videos-api.ts";
import { useWords } from "../words/use-words.ts";
import { StopButton } from "./stop-button.tsx";

type Action = "stop" | "retry";

/** What was requested, and the state of the run at that time. */
interface Asked {
  action: Action;
  standing: string;
  error?: ApiError;
}

/** Stops a run in progress, or resumes a failed one; for the video's owner. */
export function RunControls({
  api,
  videoId,
  execution,
}: {
  api: VideosApi;
  videoId: string;
  execution: ExecutionValue;
}) {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<Asked>();
  const standing = `${execution.execution} ${execution.state} ${execution.redrive ?? 0}`;
  // A request for an earlier state of the run was done, or is out of date.
  const asked = last?.standing === standing ? last : undefined;
  const busy = asked !== undefined && asked.error === undefined;

  // The button disappears when the state changes; the focus must not.
  const done = last !== undefined && last.standing !== standing;
  useEffect(() => {
    if (done && document.activeElement === document.body) place.current?.focus();
  }, [done]);

  async function ask(action: Action) {
    setLast({ action, standing });
    const result: ApiResult<unknown> = await api[action](videoId);
    if (!result.ok) setLast({ action, standing, error: result.error });
  }

  return (
    <div ref={place} tabIndex={-1} className="run-controls">
      {execution.state === "running" ? (
        <StopButton busy={busy} stop={() => void ask("stop")} />
      ) : (
        execution.state !== "succeeded" && (
          <button type="button" className="button" disabled={busy} onClick={() => void ask("retry")}>
            {words.frame.run.retry}
          </button>
        )
      )}
      <p className="quiet" role="status">
        {busy && (asked.action === "stop" ? words.frame.run.stopping : words.frame.run.retrying)}
      </p>
      <p className="problem" role="alert">
        {asked?.error && <Sentence>{apiErrorText(asked.error, words)}</Sentence>}
      </p>
    </div>
  );
}
