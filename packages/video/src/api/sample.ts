import type { PlaySample, VideoLanguage } from "@callboard/protocol";
import { keys } from "../files/files.ts";
import { acceptedTypeOf } from "../upload.ts";
import { type Prepared, type PrepareParts, type PrepareRequest, prepareVideo } from "./prepare.ts";
import { type Started, type StartParts, startVideo } from "./start.ts";

/** A file of the sample, read when it is played. */
interface SampleFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export interface SampleParts extends PrepareParts, StartParts {
  readonly sample: (lang: VideoLanguage) => Promise<readonly SampleFile[]>;
}

/** The result of playing the sample. */
export type Played = Started | Exclude<Prepared, { kind: "prepared" | "unfit" }>;

/** Stores the sample as if the owner had uploaded it, and starts it; once for each `uploadId`. */
export async function playSample(
  parts: SampleParts,
  {
    owner,
    mayWorkOn,
    uploadId,
    timeoutSeconds,
    lang = "en",
  }: PlaySample & Pick<PrepareRequest, "owner" | "mayWorkOn">,
): Promise<Played> {
  const sample = await parts.sample(lang);
  const files = sample.map(({ fileName, bytes }) => ({ name: fileName, size: bytes.length }));
  const prepared = await prepareVideo(parts, { files, owner, mayWorkOn, uploadId, isSample: true });
  if (prepared.kind === "unfit") throw new Error(`the sample was refused: ${prepared.issues.join()}`);
  if (prepared.kind !== "prepared") return prepared;
  const { videoId } = prepared;
  await Promise.all(
    sample.map(({ fileName, bytes }) => {
      const { name, mediaType } = acceptedTypeOf(fileName)!;
      return parts.files.create(
        { bucket: parts.bucket, key: `${keys.folder(videoId)}${name}` },
        bytes,
        mediaType,
      );
    }),
  );
  return startVideo(parts, { videoId, owner, answerSeconds: timeoutSeconds, lang });
}
