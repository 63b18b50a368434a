import { PNG } from "pngjs";
import { PictureFault } from "../faults.ts";
import type { Files } from "../files/files.ts";
import { svgSize } from "./svg-picture.ts";

/** The image model's answer in the bucket (`from`), and the key for its picture, without the file extension (`to`). */
export interface StoreAvatarInput {
  readonly bucket: string;
  readonly from: string;
  readonly to: string;
}

/** The stored picture. */
export interface Avatar {
  readonly key: string;
  readonly mediaType: "image/png" | "image/svg+xml";
  readonly width: number;
  readonly height: number;
}

type Picture = Omit<Avatar, "key"> & { readonly ending: ".png" | ".svg" };

const ANSWER_LIMIT = 16 * 1024 * 1024;
const MAX_SIDE_LENGTH = 4096;
const ENDINGS = [".png", ".svg"] as const;

/**
 * Extracts the first picture from an image model's answer, `{images: [<base64>]}`, stores it, and removes the answer.
 * Models return PNG, the stand-in SVG. If the answer is gone and the picture exists, an earlier attempt has done it.
 */
export async function storeAvatar(files: Files, { bucket, from, to }: StoreAvatarInput): Promise<Avatar> {
  const answer = { bucket, key: from };
  const size = await files.size(answer);
  if (size === undefined) return storedBefore(files, bucket, to);
  if (size > ANSWER_LIMIT) throw new PictureFault("The picture is over 16 MB");
  const bytes = pictureIn(Buffer.from(await files.read(answer, 0, size)).toString("utf8"));
  const { ending, ...picture } = readPicture(bytes);
  const key = `${to}${ending}`;
  await files.write({ bucket, key }, bytes, bytes.length, picture.mediaType);
  await files.remove(answer);
  return { key, ...picture };
}

async function storedBefore(files: Files, bucket: string, to: string): Promise<Avatar> {
  for (const ending of ENDINGS) {
    const key = `${to}${ending}`;
    const size = await files.size({ bucket, key });
    if (size === undefined) continue;
    if (size > ANSWER_LIMIT) throw new PictureFault("The picture is over 16 MB");
    const { ending: _, ...picture } = readPicture(Buffer.from(await files.read({ bucket, key }, 0, size)));
    return { key, ...picture };
  }
  throw new PictureFault("The picture did not arrive");
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

function readPicture(bytes: Buffer): Picture {
  const drawn = svgSize(bytes);
  if (drawn) return { mediaType: "image/svg+xml", ending: ".svg", ...drawn };
  return { mediaType: "image/png", ending: ".png", ...checkPng(bytes) };
}

function checkPng(bytes: Buffer): { width: number; height: number } {
  // A PNG's width and height are in bytes 16 to 23, so they are checked before anything is decompressed.
  if (
    bytes.length < 24 ||
    bytes.readUInt32BE(16) > MAX_SIDE_LENGTH ||
    bytes.readUInt32BE(20) > MAX_SIDE_LENGTH
  )
    throw new PictureFault("The image model gave no usable picture");
  try {
    const { width, height } = PNG.sync.read(bytes);
    return { width, height };
  } catch (cause) {
    throw new PictureFault("The image model gave a damaged picture", { cause });
  }
}
