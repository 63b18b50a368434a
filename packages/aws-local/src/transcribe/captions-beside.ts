/** S3 objects, as the stand-in reads and writes them. */
export interface Objects {
  read(bucket: string, key: string): Promise<{ readonly body: Buffer } | undefined>;
  write(bucket: string, key: string, body: string | Buffer, contentType?: string): Promise<void>;
}

/** The captions in the folder of a media file, as WebVTT; undefined when there are none. */
export async function captionsBeside(objects: Objects, mediaUri: string): Promise<Buffer | undefined> {
  const [, bucket, folder] = /^s3:\/\/([^/]+)\/(.*\/)?[^/]+$/.exec(mediaUri) ?? [];
  if (!bucket) return undefined;
  const vtt = await objects.read(bucket, `${folder ?? ""}captions.vtt`);
  if (vtt) return vtt.body;
  const srt = await objects.read(bucket, `${folder ?? ""}captions.srt`);
  return srt && vttOf(srt.body);
}

/** Converts SubRip to WebVTT: adds a header, and changes commas in times to points. The text's encoding stays. */
function vttOf(srt: Buffer): Buffer {
  const isWide = srt[0] === 0xff && srt[1] === 0xfe;
  const encoding = isWide ? "utf16le" : "latin1";
  const cues = srt
    .toString(encoding)
    .replace(/^(\uFEFF|\xEF\xBB\xBF)/, "")
    .replace(/^(\d[\d:]+),(\d{3})(\s*-->\s*)(\d[\d:]+),(\d{3})/gm, "$1.$2$3$4.$5");
  return Buffer.from(`${isWide ? "\uFEFF" : ""}WEBVTT\n\n${cues.trimStart()}`, encoding);
}
