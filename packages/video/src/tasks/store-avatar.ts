import { PNG } from "pngjs";
import { PictureFault } from "../faults.ts";
import type { Files } from "../files/files.ts";

/** The image model's answer in the bucket (`from`), and where its picture shall stand (`to`). */
export interface StoreAvatarInput {
  readonly bucket: string;
  readonly from: string;
  readonly to: string;
}

/** The stored picture. */
export interface Avatar {
  readonly key: string;
  readonly mediaType: "image/png";
  readonly width: number;
  readonly height: number;
}

const ANSWER_LIMIT = 16 * 1024 * 1024;
const LONGEST_SIDE = 4096;

/**
 * Takes the first picture out of an image model's answer, `{images: [<base64 PNG>]}`, and removes the answer. When
 * the answer is gone and the picture there, an earlier try has done it.
 */
export async function storeAvatar(files: Files, { bucket, from, to }: StoreAvatarInput): Promise<Avatar> {
  const answer = { bucket, key: from };
  const picture = { bucket, key: to };
  const size = await files.size(answer);
  const stored = size === undefined ? await files.size(picture) : undefined;
  if (size === undefined && stored === undefined) throw new PictureFault("The picture did not arrive");
  if ((size ?? stored)! > ANSWER_LIMIT) throw new PictureFault("The picture is over 16 MB");
  const bytes =
    size === undefined
      ? Buffer.from(await files.read(picture, 0, stored!))
      : pictureIn(Buffer.from(await files.read(answer, 0, size)).toString("utf8"));
  const { width, height } = checkPng(bytes);
  if (size !== undefined) {
    await files.write(picture, bytes, bytes.length, "image/png");
    await files.remove(answer);
  }
  return { key: to, mediaType: "image/png", width, height };
}

function pictureIn(json: string): Buffer {
  let answer: { images?: unknown; error?: unknown } | null;
  try {
    answer = JSON.parse(json) as typeof answer;
  } catch (cause) {
    throw new PictureFault("The image model's answer cannot be read", { cause });
  }
  const [first] = Array.isArray(answer?.images) ? (answer.images as unknown[]) : [];
  if (typeof first !== "string") throw new PictureFault("The image model gave no picture");
  return Buffer.from(first, "base64");
}

function checkPng(bytes: Buffer): { width: number; height: number } {
  // A PNG's width and height stand at bytes 16 to 23, before anything is unpacked.
  if (bytes.length < 24 || bytes.readUInt32BE(16) > LONGEST_SIDE || bytes.readUInt32BE(20) > LONGEST_SIDE)
    throw new PictureFault("The image model gave no usable picture");
  try {
    const { width, height } = PNG.sync.read(bytes);
    return { width, height };
  } catch (cause) {
    throw new PictureFault("The image model gave a damaged picture", { cause });
  }
}
