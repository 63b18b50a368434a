import { createHash } from "node:crypto";
import { type FileRef, type Intake, keys } from "../files/files.ts";

/** What a person did with a video: prepared it, started it, or saw it as a sample. A sample is prepared too. */
type What = Parameters<typeof keys.owned>[1];

/** The owner in keys is a hash, so that the names of objects contain no person's id. */
const ownerDigest = (owner: string): string => digest(owner, 32);

/** The first digits of a text's SHA-256. */
export const digest = (text: string, digits: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, digits);

const LATEST = 9_999_999_999_999;
const DIGITS = String(LATEST).length;

/**
 * The key of the object that records that a video was prepared or started at a time; later ones sort first in their
 * folder.
 */
export const ownedKey = (owner: string, what: What, at: number, videoId: string): string =>
  `${keys.owned(ownerDigest(owner), what)}${String(LATEST - at).padStart(DIGITS, "0")}_${videoId}`;

/** The time in such a key; undefined for a key of another form. */
function timeOf(key: string): number | undefined {
  const [, inverted] = /\/(\d{13})_v_[\w-]+$/.exec(key) ?? [];
  return inverted === undefined ? undefined : LATEST - Number(inverted);
}

/** The keys of what a person has prepared or started, the newest first, with their times. */
export async function newestOwned(
  files: Pick<Intake, "list">,
  bucket: string,
  owner: string,
  what: What,
  most: number,
): Promise<{ readonly file: FileRef; readonly at: number }[]> {
  const found = await files.list({ bucket, key: keys.owned(ownerDigest(owner), what) }, most);
  return found.flatMap((key) => {
    const at = timeOf(key);
    return at === undefined ? [] : [{ file: { bucket, key }, at }];
  });
}
