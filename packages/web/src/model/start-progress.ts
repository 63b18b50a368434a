import type { StartProgress } from "../videos/start-video.ts";
import type { Words } from "../words/words.ts";

/** The progress of a start, in short. */
export function shortProgress(progress: StartProgress, words: Words): string {
  const percent = percentOf(progress);
  return percent === undefined ? progressText(progress, words) : words.shell.rows.percent(percent);
}

/** The progress of an upload, in whole percents; undefined in other phases. */
export const percentOf = (progress: StartProgress): number | undefined =>
  progress.phase === "uploading" ? Math.floor(progress.fraction * 100) : undefined;

/** What a start is doing. */
export function progressText(progress: StartProgress, { frame: { start } }: Words): string {
  switch (progress.phase) {
    case "preparing":
      return start.preparing;
    case "uploading":
      return progress.kind === "video" ? start.uploadingVideo : start.uploadingCaptions;
    case "starting":
      return start.starting;
  }
}
