/** What a file is for. */
export type FileKind = "video" | "captions";

/** An accepted kind of file: its name in its video's folder, and its size limit in bytes. */
export interface AcceptedType {
  readonly kind: FileKind;
  readonly name: "video.mp4" | "captions.vtt" | "captions.srt";
  readonly mediaType: string;
  readonly limit: number;
}

/** The most bytes of a video: the limit of one presigned PUT. */
export const VIDEO_LIMIT = 5 * 1024 ** 3;

/** The most bytes of a captions file. */
export const CAPTIONS_LIMIT = 5 * 1024 * 1024;

const mp4 = { kind: "video", name: "video.mp4", mediaType: "video/mp4", limit: VIDEO_LIMIT } as const;
const vtt = { kind: "captions", name: "captions.vtt", mediaType: "text/vtt", limit: CAPTIONS_LIMIT } as const;
const srt = { ...vtt, name: "captions.srt", mediaType: "application/x-subrip" } as const;

const byExtension: ReadonlyMap<string, AcceptedType> = new Map<string, AcceptedType>([
  ["mp4", mp4],
  ["m4v", mp4],
  ["vtt", vtt],
  ["srt", srt],
]);
/** Used if a file's name does not show its kind. */
const byMediaType: ReadonlyMap<string, AcceptedType> = new Map<string, AcceptedType>([
  ["video/mp4", mp4],
  ["video/x-m4v", mp4],
  ["text/vtt", vtt],
  ["application/x-subrip", srt],
]);

/** The kind of a file by its name's extension, else by its media type; undefined: it is not accepted. */
export function acceptedTypeOf(fileName: string, mediaType = ""): AcceptedType | undefined {
  const extension = /\.(\w{1,10})\s*$/.exec(fileName)?.[1]?.toLowerCase();
  const named = extension === undefined ? undefined : byExtension.get(extension);
  return named ?? byMediaType.get(mediaType.split(";")[0]!.trim().toLowerCase());
}

/** The `accept` attribute of a file input for a kind: exactly the accepted files. */
export const acceptOf = (kind: FileKind): string =>
  [
    ...[...byExtension].filter(([, type]) => type.kind === kind).map(([extension]) => `.${extension}`),
    ...[...byMediaType].filter(([, type]) => type.kind === kind).map(([mediaType]) => mediaType),
  ].join();

/** A file as the browser describes it before the upload. */
export interface OfferedFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  /** The browser's media type; it is used if the file's name does not show its kind. */
  readonly contentType?: string;
}

/** An accepted file, and its name in the video's folder. */
export interface AcceptedFile extends Omit<AcceptedType, "limit"> {
  readonly fileName: string;
  readonly size: number;
}

/** The files of one upload, or a plain text that says why one of them is refused. */
export type Upload =
  | { readonly kind: "accepted"; readonly files: readonly AcceptedFile[] }
  /** `index` is the position of the refused file among the offered ones. */
  | { readonly kind: "refused"; readonly index?: number; readonly reason: string };

const most: Record<FileKind, string> = { video: "5 GB", captions: "5 MB" };

/** Decides whether these files make an upload: a video, captions, or one of each. */
export function decideUpload(offered: readonly OfferedFile[]): Upload {
  if (offered.length === 0) return { kind: "refused", reason: "Choose a video or captions" };
  const files: AcceptedFile[] = [];
  for (const [index, { fileName, size, contentType }] of offered.entries()) {
    const refuse = (reason: string): Upload => ({ kind: "refused", index, reason });
    if (fileName.length > 255) return refuse("The file's name is over 255 characters");
    const type = acceptedTypeOf(fileName, contentType);
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
