import type { StartProgress } from "../videos/start-video.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** How far a start has come, with a way to stop an upload. */
export function StartProgressLine({ progress, cancel }: { progress: StartProgress; cancel: () => void }) {
  const words = useWords();
  const texts = words.frame.start;
  const percent = percentOf(progress);
  return (
    <div className="start-progress">
      <p>
        <span role="status">{textOf(progress, words)}</span>
        {percent !== undefined && <span aria-hidden="true"> {words.shell.rows.percent(percent)}</span>}
      </p>
      <progress max={100} value={percent} aria-label={texts.progress} />
      {percent !== undefined && (
        <button type="button" className="button plain" onClick={cancel}>
          {texts.cancel}
        </button>
      )}
    </div>
  );
}

/** How far a start has come, where there is little place. */
export function shortProgress(progress: StartProgress, words: Words): string {
  const percent = percentOf(progress);
  return percent === undefined ? textOf(progress, words) : words.shell.rows.percent(percent);
}

const percentOf = (progress: StartProgress): number | undefined =>
  progress.phase === "uploading" ? Math.floor(progress.fraction * 100) : undefined;

function textOf(progress: StartProgress, { frame: { start } }: Words): string {
  switch (progress.phase) {
    case "preparing":
      return start.preparing;
    case "uploading":
      return progress.kind === "video" ? start.uploadingVideo : start.uploadingCaptions;
    case "starting":
      return start.starting;
  }
}
