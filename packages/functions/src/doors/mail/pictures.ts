import type { Clock } from "@callboard/core";
import type { FoundPicture } from "../fetch-picture.ts";

/** Fetches a picture, never from a private address; undefined if there is none. */
export type FetchPicture = (url: string) => Promise<FoundPicture | undefined>;

/** A part of a mail that its HTML shows by `cid:`. */
export interface Picture extends FoundPicture {
  readonly cid: string;
  readonly fileName: string;
}

const MAX_PICTURES = 10;
const MAX_BYTES_IN_ALL = 1.5 * 1024 * 1024;
const FETCH_MS = 3000;

const endings: Readonly<Record<FoundPicture["mediaType"], string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

/** Whether a picture may be fetched from an address: https, without a name and password. */
export function isPictureAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}

/**
 * Pictures by their addresses, as parts of a mail; `seal` makes their ids differ from other mails' parts. A picture is
 * left out if it is not valid, does not fit, fails or has not come within 3 seconds.
 */
export async function gatherPictures(
  addresses: readonly string[],
  { fetchPicture, clock, seal }: { fetchPicture: FetchPicture; clock: Pick<Clock, "wait">; seal: string },
): Promise<ReadonlyMap<string, Picture>> {
  const wanted = [...new Set(addresses)].filter(isPictureAddress).slice(0, MAX_PICTURES);
  if (wanted.length === 0) return new Map();
  const came = new Map<string, FoundPicture>();
  const fetching = wanted.map(async (url) => {
    try {
      const picture = await fetchPicture(url);
      if (picture) came.set(url, picture);
    } catch {
      // A mail is complete without a picture.
    }
  });
  await Promise.race([Promise.all(fetching), clock.wait(FETCH_MS)]);

  const parts = new Map<string, Picture>();
  let room = MAX_BYTES_IN_ALL;
  for (const url of wanted) {
    const picture = came.get(url);
    if (picture === undefined || picture.bytes.length > room) continue;
    room -= picture.bytes.length;
    const name = `picture-${parts.size + 1}`;
    const fileName = `${name}.${endings[picture.mediaType]}`;
    parts.set(url, { ...picture, cid: `${name}.${seal}@callboard`, fileName });
  }
  return parts;
}
