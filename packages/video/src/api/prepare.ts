import type { PreparedVideo, PrepareVideo, VideoId } from "@callboard/protocol";
import { type Intake, keys } from "../files/files.ts";
import { type AcceptedFile, decideUpload } from "../upload.ts";
import { createManifest, type Manifest, readManifest } from "./manifest.ts";
import { digest, newestOwned, ownedKey } from "./owned.ts";

export interface PrepareParts {
  readonly files: Intake;
  readonly bucket: string;
  /** A new random text for each call: letters, digits, `-` and `_`. */
  readonly newId: () => string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** The result of preparing an upload. */
export type Prepared =
  | ({ readonly kind: "prepared" } & PreparedVideo)
  | { readonly kind: "forbidden" }
  /** `issues` name the fields. */
  | { readonly kind: "unfit"; readonly issues: readonly string[] }
  /** The same `uploadId` was used for other files. */
  | { readonly kind: "conflict" }
  | { readonly kind: "rate_limited"; readonly retryAfterMs: number };

/** Who wants to upload which files. */
export interface PrepareRequest extends PrepareVideo {
  /** `user/ana`. */
  readonly owner: string;
  /** Whether the owner may work on the video, called once its id is known. */
  readonly mayWorkOn: (videoId: VideoId) => boolean;
  /** Whether it is the sample. A person may play it often; from the second time on its file names have a number. */
  readonly isSample?: boolean;
}

/** How many videos one person may prepare within an hour. */
export const UPLOADS_AN_HOUR = 60;
const HOUR_MS = 3_600_000;
/** The most keys that S3 lists in one response. */
const MAX_COUNTED = 1000;

/**
 * Prepares one video: first writes the list of its files, then signs their uploads. The same `uploadId` of the same
 * owner means the same video, whose uploads are signed again.
 */
export async function prepareVideo(parts: PrepareParts, request: PrepareRequest): Promise<Prepared> {
  const { files, bucket, now } = parts;
  const { owner, isSample = false } = request;
  const upload = decideUpload(
    request.files.map(({ name, size, type }) => ({
      fileName: name,
      size,
      ...(type === undefined ? {} : { contentType: type }),
    })),
  );
  if (upload.kind === "refused") {
    const field = upload.index === undefined ? "files" : `files.${upload.index}`;
    return { kind: "unfit", issues: [`${field}: ${upload.reason}`] };
  }
  const videoId = videoIdOf(parts, request);
  if (!request.mayWorkOn(videoId)) return { kind: "forbidden" };
  const manifest =
    (request.uploadId === undefined ? undefined : await readManifest(files, bucket, videoId)) ??
    (await create(parts, videoId, { owner, files: upload.files, at: now() }, isSample));
  if ("kind" in manifest) return manifest;
  if (!sameFiles(manifest.files, upload.files, isSample)) return { kind: "conflict" };
  // If the process dies after the manifest was written, a repeat finds it and uses its time.
  for (const what of isSample ? (["samples", "prepared"] as const) : (["prepared"] as const))
    await files.create({ bucket, key: ownedKey(owner, what, manifest.at, videoId) }, "", "text/plain");
  const uploads = await Promise.all(
    manifest.files.map(async (file) => ({ kind: file.kind, ...(await signUpload(parts, videoId, file)) })),
  );
  return { kind: "prepared", videoId, subject: `video/${videoId}`, uploads };
}

/** A new video's id; for the same owner and `uploadId` it is always the same. */
const videoIdOf = ({ newId }: PrepareParts, { owner, uploadId }: PrepareRequest): VideoId =>
  `v_${uploadId === undefined ? newId() : digest(`${owner} ${uploadId}`, 24)}`;

async function create(
  { files, bucket }: PrepareParts,
  videoId: VideoId,
  manifest: Manifest,
  isSample: boolean,
): Promise<Manifest | Extract<Prepared, { kind: "rate_limited" }>> {
  const recent = await newestOwned(files, bucket, manifest.owner, "prepared", UPLOADS_AN_HOUR);
  const oldest = recent[UPLOADS_AN_HOUR - 1];
  const retryAfterMs = oldest === undefined ? 0 : oldest.at + HOUR_MS - manifest.at;
  if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };
  if (!isSample) return createManifest(files, bucket, videoId, manifest);
  const before = await newestOwned(files, bucket, manifest.owner, "samples", MAX_COUNTED);
  const number = before.length === 0 ? "" : ` (${before.length + 1})`;
  const numbered = manifest.files.map((file) => ({ ...file, fileName: `${file.fileName}${number}` }));
  return createManifest(files, bucket, videoId, { ...manifest, files: numbered });
}

/**
 * Whether they are the same files; the name of a sample depends on when it was first requested, so it is not compared.
 */
function sameFiles(
  some: readonly AcceptedFile[],
  others: readonly AcceptedFile[],
  isSample: boolean,
): boolean {
  const told = (files: readonly AcceptedFile[]) =>
    JSON.stringify(isSample ? files.map(({ fileName: _, ...file }) => file) : files);
  return told(some) === told(others);
}

async function signUpload(
  { files, bucket }: PrepareParts,
  videoId: VideoId,
  { name, size, mediaType }: AcceptedFile,
) {
  const signed = await files.signPut({ bucket, key: `${keys.folder(videoId)}${name}` }, size, mediaType);
  return { url: signed.url, headers: { ...signed.headers }, expiresAt: signed.expiresAt };
}
