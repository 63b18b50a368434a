import type { Clock } from "@callboard/core";

/** Fetches a picture, guarded against addresses that nobody should reach; undefined when there is none to be had. */
export type FetchPicture = (
  url: string,
) => Promise<{ readonly bytes: Uint8Array; readonly type: string } | undefined>;

/** A part of a mail that its HTML shows by `cid:`. */
export interface Picture {
  readonly cid: string;
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

const MOST_PICTURES = 10;
const MOST_BYTES = 200 * 1024;
const MOST_BYTES_IN_ALL = 1.5 * 1024 * 1024;
const FETCH_MS = 3000;

const kinds: readonly (readonly [Picture["type"], string, (bytes: Uint8Array) => boolean])[] = [
  ["image/png", "png", (bytes) => has(bytes, 0, "\x89PNG\r\n\x1a\n")],
  ["image/jpeg", "jpg", (bytes) => has(bytes, 0, "\xff\xd8\xff")],
  ["image/gif", "gif", (bytes) => has(bytes, 0, "GIF87a") || has(bytes, 0, "GIF89a")],
  ["image/webp", "webp", (bytes) => has(bytes, 0, "RIFF") && has(bytes, 8, "WEBP")],
];

const has = (bytes: Uint8Array, at: number, signs: string): boolean =>
  bytes.length >= at + signs.length && [...signs].every((sign, i) => bytes[at + i] === sign.charCodeAt(0));

/** Whether a picture may be fetched from an address: over https, without a name and password. */
export function isPictureAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}

/**
 * Pictures by their addresses, as parts of a mail whose `seal` tells its parts from those of other mails. What is no PNG,
 * JPEG, GIF or WebP by its first bytes, is too large, fails or has not come within 3 seconds is left out.
 */
export async function gatherPictures(
  addresses: readonly string[],
  { fetchPicture, clock, seal }: { fetchPicture: FetchPicture; clock: Pick<Clock, "wait">; seal: string },
): Promise<ReadonlyMap<string, Picture>> {
  const wanted = [...new Set(addresses)].filter(isPictureAddress).slice(0, MOST_PICTURES);
  if (wanted.length === 0) return new Map();
  const came = new Map<string, Uint8Array>();
  const fetching = wanted.map(async (url) => {
    try {
      const picture = await fetchPicture(url);
      if (picture) came.set(url, picture.bytes);
    } catch {
      // A mail is whole without a picture.
    }
  });
  await Promise.race([Promise.all(fetching), clock.wait(FETCH_MS)]);

  const parts = new Map<string, Picture>();
  let room = MOST_BYTES_IN_ALL;
  for (const url of wanted) {
    const bytes = came.get(url);
    if (bytes === undefined || bytes.length > Math.min(room, MOST_BYTES)) continue;
    const [type, ending] = kinds.find(([, , fits]) => fits(bytes)) ?? [];
    if (type === undefined) continue;
    room -= bytes.length;
    const name = `picture-${parts.size + 1}`;
    parts.set(url, { cid: `${name}.${seal}@callboard`, type, fileName: `${name}.${ending}`, bytes });
  }
  return parts;
}
