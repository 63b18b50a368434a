import { createHash } from "node:crypto";
import { type FileRef, type Intake, keys } from "../files/files.ts";

/** What somebody has done with a video; a sample is prepared too. */
type What = Parameters<typeof keys.owned>[1];

/** The principal whose it is, as keys have it: no id of a person stands in the name of an object. */
const ownerDigest = (owner: string): string => digest(owner, 32);

/** Some digits of a text's SHA-256. */
export const digest = (text: string, digits: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, digits);

const LATEST = 9_999_999_999_999;
const DIGITS = String(LATEST).length;

/** The object that says that a video was prepared or started at a time: the later, the sooner in its folder. */
export const ownedKey = (owner: string, what: What, at: number, videoId: string): string =>
  `${keys.owned(ownerDigest(owner), what)}${String(LATEST - at).padStart(DIGITS, "0")}_${videoId}`;

/** When the video was prepared or started that a key names; undefined for a key of another form. */
function timeOf(key: string): number | undefined {
  const [, inverted] = /\/(\d{13})_v_[\w-]+$/.exec(key) ?? [];
  return inverted === undefined ? undefined : LATEST - Number(inverted);
}

/** The keys of what somebody has prepared or started, the newest first, with their times. */
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
