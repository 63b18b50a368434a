import type { GuardedFetch } from "./guarded-fetch.ts";

/** A picture as it was found: what it is says its beginning, whatever its server says. */
export interface FoundPicture {
  readonly mediaType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly bytes: Uint8Array;
}

const MOST_BYTES = 200 * 1024;

/** How each kind begins, in hexadecimal digits (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern). */
const beginnings: readonly (readonly [FoundPicture["mediaType"], RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^47494638(37|39)61/],
  ["image/webp", /^52494646.{8}574542505650/],
];

/** Fetches a picture of at most 200 KB; undefined where there is none, or nothing is asked there. */
export async function fetchPicture(fetch: GuardedFetch, url: string): Promise<FoundPicture | undefined> {
  const answer = await fetch(url, {
    method: "GET",
    headers: { accept: beginnings.map(([type]) => type).join(", "), "user-agent": "Callboard" },
    mostBytes: MOST_BYTES,
  });
  if (answer.outcome !== "answered" || answer.status !== 200 || !answer.whole) return undefined;
  const start = answer.body.toString("hex", 0, 16);
  const mediaType = beginnings.find(([, pattern]) => pattern.test(start))?.[0];
  return mediaType && { mediaType, bytes: answer.body };
}
