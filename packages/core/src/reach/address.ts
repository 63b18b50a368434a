import type { Ids, OwnAddress, Reach } from "../ports/index.ts";
import { revised, withOwn } from "./doors.ts";

const codeDigits = 6;
/** A code that is guessed at blindly is found by one in 200,000. */
const mostWrong = 5;
const codeMs = 10 * 60_000;
const mostCodes = 5;
const hourMs = 3_600_000;

/** Codes of the last hour, the oldest first. */
const codesWithinHour = ({ codesAt = [] }: Reach, now: number): readonly number[] =>
  codesAt.filter((at) => at > now - hourMs);

/** How long no further code is made for somebody; undefined: one may be made. */
function waitForCode(reach: Reach, now: number): number | undefined {
  const codes = codesWithinHour(reach, now);
  return codes.length < mostCodes ? undefined : codes.at(-mostCodes)! + hourMs - now;
}

/** What comes of wanting an address of one's own. */
export type AddressClaim =
  /** A code is to be sent there. */
  | { readonly outcome: "claimed"; readonly reach: Reach }
  /** It is theirs already. */
  | { readonly outcome: "confirmed" }
  /** Too many codes were sent to them within an hour; one may be sent after `afterMs`. */
  | { readonly outcome: "too_many"; readonly afterMs: number };

/**
 * Decides about an address that somebody says to be theirs. It is not used before they have confirmed it; the one that it
 * takes the place of is not used any more. The same again asks for another code.
 */
export function claimAddress(reach: Reach, address: string, now: number): AddressClaim {
  const { own } = reach;
  const isSame = own.address?.address === address;
  if (isSame && own.address.confirmedAt !== undefined) return { outcome: "confirmed" };
  const afterMs = waitForCode(reach, now);
  if (afterMs !== undefined) return { outcome: "too_many", afterMs };
  // One that was not sent yet is on its way.
  if (isSame && own.address.code?.sentAt === undefined) return { outcome: "claimed", reach };
  return { outcome: "claimed", reach: revised(reach, { own: withOwn(own, { address: { address } }) }) };
}

const hashOf = (ids: Pick<Ids, "hash">, { key }: Reach, { address }: OwnAddress, code: string): string =>
  ids.hash(`${key} ${address} ${code}`);

/** What comes of making a code for an address that was claimed. */
export type CodeIssue =
  /** To be sent to `address` once `reach` is written. */
  | { readonly outcome: "issued"; readonly reach: Reach; readonly address: string; readonly code: string }
  /** Nobody waits for one any more, it was sent before, or there were too many within an hour. */
  | { readonly outcome: "nothing" };

/**
 * Makes a code for the address that somebody claimed; one that was made before counts no more. Where it is not known what
 * became of that one, another is made: the event that asks for it may come again after whoever took it has died.
 */
export function issueCode(ids: Pick<Ids, "hash" | "digits">, reach: Reach, now: number): CodeIssue {
  const { address: own } = reach.own;
  if (!own || own.confirmedAt !== undefined || own.code?.sentAt !== undefined) return { outcome: "nothing" };
  if (waitForCode(reach, now) !== undefined) return { outcome: "nothing" };
  const { address } = own;
  const code = ids.digits(codeDigits);
  const kept = { hash: hashOf(ids, reach, own, code), until: now + codeMs, wrong: 0 };
  const codesAt = [...codesWithinHour(reach, now), now];
  const issued = revised(reach, { codesAt, own: withOwn(reach.own, { address: { address, code: kept } }) });
  return { outcome: "issued", reach: issued, address, code };
}

/** The code that was issued has been sent: the event that asked for it asks for no other. */
export function codeSent(reach: Reach, now: number): Reach {
  const { address: own } = reach.own;
  if (!own?.code) return reach;
  const address = { ...own, code: { ...own.code, sentAt: now } };
  return revised(reach, { own: withOwn(reach.own, { address }) });
}

/** What comes of a code that somebody read in the mail. */
export type Confirmation =
  | { readonly outcome: "confirmed"; readonly reach: Reach }
  /** It is not the one; `reach` counts that. */
  | { readonly outcome: "wrong"; readonly reach: Reach; readonly left: number }
  /** None was sent, it is more than ten minutes old, or a wrong one was given five times: another has to be asked for. */
  | { readonly outcome: "ended" };

/**
 * Decides whether a code confirms an address. The right one confirms it again, without a change, for as long as it would
 * have counted: whoever pressed twice has not failed.
 */
export function confirmAddress(
  ids: Pick<Ids, "hash">,
  reach: Reach,
  code: string,
  now: number,
): Confirmation {
  const { address: own } = reach.own;
  if (!own?.code || now >= own.code.until || own.code.wrong >= mostWrong) return { outcome: "ended" };
  const isRight = hashOf(ids, reach, own, code) === own.code.hash;
  if (own.confirmedAt !== undefined) return isRight ? { outcome: "confirmed", reach } : { outcome: "ended" };
  const withAddress = (address: OwnAddress) => revised(reach, { own: withOwn(reach.own, { address }) });
  if (isRight) return { outcome: "confirmed", reach: withAddress({ ...own, confirmedAt: now }) };
  const wrong = own.code.wrong + 1;
  const counted = withAddress({ ...own, code: { ...own.code, wrong } });
  return { outcome: "wrong", reach: counted, left: mostWrong - wrong };
}
