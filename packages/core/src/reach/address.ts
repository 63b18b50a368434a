import type { Ids, OwnAddress, Reach } from "../ports/index.ts";
import { revised, withOwn } from "./doors.ts";

const CODE_DIGITS = 6;
/** With this limit, the chance to guess a code is 1 in 200,000. */
const MAX_WRONG_CODES = 5;
const CODE_MS = 10 * 60_000;
const MAX_CODES = 5;
const HOUR_MS = 3_600_000;

/** Times of the codes of the last hour, the oldest first. */
const codesWithinHour = ({ codesAt }: Reach, now: number): readonly number[] =>
  codesAt?.filter((at) => at > now - HOUR_MS) ?? [];

/** How long to wait before the person may get another code; undefined: they may get one now. */
function waitForCode(reach: Reach, now: number): number | undefined {
  const codes = codesWithinHour(reach, now);
  return codes.length < MAX_CODES ? undefined : codes.at(-MAX_CODES)! + HOUR_MS - now;
}

/** The result of a claim to an address. */
export type AddressClaim =
  /** A code must be sent to it. */
  | { readonly outcome: "claimed"; readonly reach: Reach }
  /** It is confirmed already. */
  | { readonly outcome: "confirmed" }
  /** Too many codes were sent to this person within an hour; the next one is allowed after `afterMs`. */
  | { readonly outcome: "too_many"; readonly afterMs: number };

/**
 * Decides about an address that a person claims as theirs. It is not used until they confirm it; the address that it
 * replaces is no longer used. Claiming it again requests another code.
 */
export function claimAddress(reach: Reach, address: string, now: number): AddressClaim {
  const { own } = reach;
  const isSame = own.address?.address === address;
  if (isSame && own.address.confirmedAt !== undefined) return { outcome: "confirmed" };
  const afterMs = waitForCode(reach, now);
  if (afterMs !== undefined) return { outcome: "too_many", afterMs };
  // A code that was not sent yet is on its way.
  if (isSame && own.address.code?.sentAt === undefined) return { outcome: "claimed", reach };
  return { outcome: "claimed", reach: revised(reach, { own: withOwn(own, { address: { address } }) }) };
}

const hashOf = (ids: Pick<Ids, "hash">, { key }: Reach, { address }: OwnAddress, code: string): string =>
  ids.hash(`${key} ${address} ${code}`);

/** The result of creating a code for a claimed address. */
export type CodeIssue =
  /** Send the code to `address` after `reach` is written. */
  | { readonly outcome: "issued"; readonly reach: Reach; readonly address: string; readonly code: string }
  /** No code is needed any more, it was sent before, or there were too many within an hour. */
  | { readonly outcome: "nothing" };

/**
 * Creates a code for the claimed address; an earlier code is no longer valid. If it is not known whether the earlier
 * one was sent, another is created: the event may be a repeat after a process died.
 */
export function issueCode(ids: Pick<Ids, "hash" | "digits">, reach: Reach, now: number): CodeIssue {
  const { address: own } = reach.own;
  if (!own || own.confirmedAt !== undefined || own.code?.sentAt !== undefined) return { outcome: "nothing" };
  if (waitForCode(reach, now) !== undefined) return { outcome: "nothing" };
  const { address } = own;
  const code = ids.digits(CODE_DIGITS);
  const kept = { hash: hashOf(ids, reach, own, code), until: now + CODE_MS, wrong: 0 };
  const codesAt = [...codesWithinHour(reach, now), now];
  const issued = revised(reach, { codesAt, own: withOwn(reach.own, { address: { address, code: kept } }) });
  return { outcome: "issued", reach: issued, address, code };
}

/** Records that the code was sent, so that a repeat of the event sends no other. */
export function codeSent(reach: Reach, now: number): Reach {
  const { address: own } = reach.own;
  if (!own?.code) return reach;
  const address = { ...own, code: { ...own.code, sentAt: now } };
  return revised(reach, { own: withOwn(reach.own, { address }) });
}

/** The result of entering a code. */
export type Confirmation =
  | { readonly outcome: "confirmed"; readonly reach: Reach }
  /** A wrong code; `reach` counts the attempt. */
  | { readonly outcome: "wrong"; readonly reach: Reach; readonly left: number }
  /** None was sent, it is more than ten minutes old, or there were five wrong attempts: request another. */
  | { readonly outcome: "ended" };

/**
 * Decides whether a code confirms an address. As long as the right code is valid, it can be entered again without a
 * change, so that pressing the button twice is no error.
 */
export function confirmAddress(
  ids: Pick<Ids, "hash">,
  reach: Reach,
  code: string,
  now: number,
): Confirmation {
  const { address: own } = reach.own;
  if (!own?.code || now >= own.code.until || own.code.wrong >= MAX_WRONG_CODES) return { outcome: "ended" };
  const isRight = hashOf(ids, reach, own, code) === own.code.hash;
  if (own.confirmedAt !== undefined) return isRight ? { outcome: "confirmed", reach } : { outcome: "ended" };
  const withAddress = (address: OwnAddress) => revised(reach, { own: withOwn(reach.own, { address }) });
  if (isRight) return { outcome: "confirmed", reach: withAddress({ ...own, confirmedAt: now }) };
  const wrong = own.code.wrong + 1;
  const counted = withAddress({ ...own, code: { ...own.code, wrong } });
  return { outcome: "wrong", reach: counted, left: MAX_WRONG_CODES - wrong };
}
