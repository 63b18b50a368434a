import { acceptedTypeOf } from "@callboard/video/upload";
import type { Words } from "../words/words.ts";

/** The properties of a chosen file that the page needs. */
export interface FileLike {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** The chosen files, and what is wrong with them, as text. */
interface Selection<F extends FileLike> {
  video: F | undefined;
  captions: F | undefined;
  problems: string[];
}

/** Sorts files into a video and its captions; later ones replace earlier ones. */
export function selectFiles<F extends FileLike>(
  before: { video: F | undefined; captions: F | undefined },
  files: readonly F[],
  maxUploadBytes: number,
  words: Words,
): Selection<F> {
  const texts = words.common.files;
  const selection: Selection<F> = { video: before.video, captions: before.captions, problems: [] };
  for (const file of files.slice(0, 10)) {
    const type = acceptedTypeOf(file.name, file.type);
    const most = Math.min(type?.limit ?? 0, maxUploadBytes);
    if (type === undefined) selection.problems.push(texts.ofNoUse(file.name));
    else if (file.size === 0) selection.problems.push(texts.empty(file.name));
    else if (file.size > most)
      selection.problems.push(texts.tooLarge(file.name, sizeText(file.size, words), sizeText(most, words)));
    else selection[type.kind] = file;
  }
  return selection;
}

/** A size as text: `3.2 MB`. */
export function sizeText(bytes: number, { locale, common: { sizes } }: Words): string {
  const units = [sizes.bytes, sizes.kilobytes, sizes.megabytes, sizes.gigabytes] as const;
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  const maximumFractionDigits = power === 0 || amount >= 100 ? 0 : 1;
  return units[power]!(new Intl.NumberFormat(locale, { maximumFractionDigits }).format(amount), bytes);
}
