/** What a file is for. */
export type FileKind = "video" | "captions";

/** A kind of file that is taken: how it stands in its video's folder, and how large it may be, in bytes. */
export interface TakenType {
  readonly kind: FileKind;
  readonly name: "video.mp4" | "captions.vtt" | "captions.srt";
  readonly mediaType: string;
  readonly limit: number;
}

/** Bytes of a video: what one presigned PUT may carry. */
export const VIDEO_LIMIT = 5 * 1024 ** 3;

/** Bytes of a captions file, at most. */
export const CAPTIONS_LIMIT = 5 * 1024 * 1024;

const mp4 = { kind: "video", name: "video.mp4", mediaType: "video/mp4", limit: VIDEO_LIMIT } as const;
const vtt = { kind: "captions", name: "captions.vtt", mediaType: "text/vtt", limit: CAPTIONS_LIMIT } as const;
const srt = { ...vtt, name: "captions.srt", mediaType: "application/x-subrip" } as const;

const byExtension: ReadonlyMap<string, TakenType> = new Map<string, TakenType>([
  ["mp4", mp4],
  ["m4v", mp4],
  ["vtt", vtt],
  ["srt", srt],
]);
/** What decides of a file whose name says nothing. */
const byMediaType: ReadonlyMap<string, TakenType> = new Map<string, TakenType>([
  ["video/mp4", mp4],
  ["video/x-m4v", mp4],
  ["text/vtt", vtt],
  ["application/x-subrip", srt],
]);

/** What a file is taken for, by its name's extension, else by its media type; undefined: it is not taken. */
export function takenTypeOf(fileName: string, mediaType = ""): TakenType | undefined {
  const extension = /\.(\w{1,10})\s*$/.exec(fileName)?.[1]?.toLowerCase();
  const named = extension === undefined ? undefined : byExtension.get(extension);
  return named ?? byMediaType.get(mediaType.split(";")[0]!.trim().toLowerCase());
}

/** What a file input accepts for a kind: the very files that are taken. */
export const acceptOf = (kind: FileKind): string =>
  [
    ...[...byExtension].filter(([, type]) => type.kind === kind).map(([extension]) => `.${extension}`),
    ...[...byMediaType].filter(([, type]) => type.kind === kind).map(([mediaType]) => mediaType),
  ].join();

/** A file as the browser names it before it is uploaded. */
export interface OfferedFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  /** What the browser takes it for; it decides where the file's name says nothing. */
  readonly contentType?: string;
}

/** A file that may come, and where it shall stand in the video's folder. */
export interface AcceptedFile extends Omit<TakenType, "limit"> {
  readonly fileName: string;
  readonly size: number;
}

/** The files of one upload, or in plain words why one of them cannot come. */
export type Upload =
  | { readonly kind: "accepted"; readonly files: readonly AcceptedFile[] }
  /** `index` is that of the file, among those that were offered. */
  | { readonly kind: "refused"; readonly index?: number; readonly reason: string };

const most: Record<FileKind, string> = { video: "5 GB", captions: "5 MB" };

/** Decides whether these files make an upload: a video, captions, or one of each. */
export function decideUpload(offered: readonly OfferedFile[]): Upload {
  if (offered.length === 0) return { kind: "refused", reason: "Choose a video or captions" };
  const files: AcceptedFile[] = [];
  for (const [index, { fileName, size, contentType }] of offered.entries()) {
    const refuse = (reason: string): Upload => ({ kind: "refused", index, reason });
    if (fileName.length > 255) return refuse("The file's name is over 255 characters");
    const type = takenTypeOf(fileName, contentType);
    if (!type) return refuse("Only .mp4 videos and .vtt or .srt captions can be uploaded");
    const { limit, ...taken } = type;
    if (!Number.isSafeInteger(size) || size <= 0) return refuse("The file is empty");
    if (size > limit) return refuse(`The file is over ${most[taken.kind]}`);
    if (files.some(({ kind }) => kind === taken.kind))
      return refuse(`Only one file of ${taken.kind} can be uploaded`);
    files.push({ ...taken, fileName, size });
  }
  return { kind: "accepted", files };
}
