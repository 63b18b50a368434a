import { takenTypeOf } from "@callboard/video/upload";

/** What the page needs to know of a chosen file. */
export interface FileLike {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** What was chosen to start from, and what is wrong with it in plain words. */
interface Selection<F extends FileLike> {
  video: F | undefined;
  captions: F | undefined;
  problems: string[];
}

/** Sorts files into a video and its captions; later ones take the place of earlier ones. */
export function selectFiles<F extends FileLike>(
  before: { video: F | undefined; captions: F | undefined },
  files: readonly F[],
  maxUploadBytes: number,
): Selection<F> {
  const selection: Selection<F> = { video: before.video, captions: before.captions, problems: [] };
  for (const file of files.slice(0, 10)) {
    const type = takenTypeOf(file.name, file.type);
    const most = Math.min(type?.limit ?? 0, maxUploadBytes);
    if (type === undefined)
      selection.problems.push(`“${file.name}” is neither an MP4 video nor captions (.vtt or .srt).`);
    else if (file.size === 0) selection.problems.push(`“${file.name}” is empty.`);
    else if (file.size > most)
      selection.problems.push(
        `“${file.name}” has ${sizeText(file.size)}; at most ${sizeText(most)} are taken.`,
      );
    else selection[type.kind] = file;
  }
  return selection;
}

/** A size as people read it: `3.2 MB`. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"] as const;
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : Number(amount.toFixed(1))} ${units[power]}`;
}
