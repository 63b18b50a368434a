/** The objects of S3 as the stand-in reads and writes them. */
export interface Objects {
  read(bucket: string, key: string): Promise<{ readonly body: Buffer } | undefined>;
  write(bucket: string, key: string, body: string, contentType?: string): Promise<void>;
}

/** The captions in the folder of a media file, as WebVTT; undefined when there are none. */
export async function captionsBeside(objects: Objects, mediaUri: string): Promise<string | undefined> {
  const [, bucket, folder] = /^s3:\/\/([^/]+)\/(.*\/)?[^/]+$/.exec(mediaUri) ?? [];
  if (!bucket) return undefined;
  const vtt = await objects.read(bucket, `${folder ?? ""}captions.vtt`);
  if (vtt) return vtt.body.toString("utf8");
  const srt = await objects.read(bucket, `${folder ?? ""}captions.srt`);
  return srt && vttOf(srt.body.toString("utf8"));
}

/** SubRip as WebVTT: a header, and points for the commas of its times. */
function vttOf(srt: string): string {
  const cues = srt
    .replace(/^\uFEFF/, "")
    .replace(/^(\d[\d:]+),(\d{3})(\s*-->\s*)(\d[\d:]+),(\d{3})/gm, "$1.$2$3$4.$5");
  return `WEBVTT\n\n${cues.trimStart()}`;
}
