import { CAPTIONS_LIMIT, VIDEO_LIMIT } from "./files/files.ts";

/** A file as the browser names it before it is uploaded. */
export interface OfferedFile {
  readonly fileName: string;
  /** Bytes. */
  readonly size: number;
  /** What the browser takes it for; the file's name decides. */
  readonly contentType?: string;
}

/** A file that may come, and where it shall stand in the video's folder. */
export interface AcceptedFile {
  readonly kind: "video" | "captions";
  readonly name: "video.mp4" | "captions.vtt" | "captions.srt";
  readonly mediaType: string;
  readonly fileName: string;
  readonly size: number;
}

/** The files of one upload, or in plain words why one of them cannot come. */
export type Upload =
  | { readonly kind: "accepted"; readonly files: readonly AcceptedFile[] }
  | { readonly kind: "refused"; readonly fileName?: string; readonly reason: string };

const TYPES = {
  mp4: { kind: "video", name: "video.mp4", mediaType: "video/mp4", limit: VIDEO_LIMIT, upTo: "5 GB" },
  vtt: { kind: "captions", name: "captions.vtt", mediaType: "text/vtt", limit: CAPTIONS_LIMIT, upTo: "5 MB" },
  srt: {
    kind: "captions",
    name: "captions.srt",
    mediaType: "application/x-subrip",
    limit: CAPTIONS_LIMIT,
    upTo: "5 MB",
  },
} as const;

/** Decides whether these files make an upload: a video, captions, or one of each. */
export function decideUpload(offered: readonly OfferedFile[]): Upload {
  if (offered.length === 0) return { kind: "refused", reason: "Choose a video or captions" };
  const files: AcceptedFile[] = [];
  for (const { fileName, size } of offered) {
    const refuse = (reason: string): Upload => ({ kind: "refused", fileName, reason });
    const extension = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
    if (fileName.length > 255) return refuse("The file's name is over 255 characters");
    if (!isType(extension)) return refuse("Only .mp4 videos and .vtt or .srt captions can be uploaded");
    const { kind, name, mediaType, limit, upTo } = TYPES[extension];
    if (!Number.isSafeInteger(size) || size <= 0) return refuse("The file is empty");
    if (size > limit) return refuse(`The file is over ${upTo}`);
    if (files.some((file) => file.kind === kind)) return refuse(`Only one file of ${kind} can be uploaded`);
    files.push({ kind, name, mediaType, fileName, size });
  }
  return { kind: "accepted", files };
}

function isType(extension: string): extension is keyof typeof TYPES {
  return Object.hasOwn(TYPES, extension);
}
