import { percentOf, progressText } from "../model/start-progress.ts";
import type { StartProgress } from "../videos/start-video.ts";
import { useWords } from "../words/use-words.ts";

/** The progress of a start, with a button that cancels an upload. */
export function StartProgressLine({ progress, cancel }: { progress: StartProgress; cancel: () => void }) {
  const words = useWords();
  const texts = words.frame.start;
  const percent = percentOf(progress);
  return (
    <div className="start-progress">
      <p>
        <span role="status">{progressText(progress, words)}</span>
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
