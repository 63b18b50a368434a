import { type DoorName, defined, type NoticeLanguage, type PauseReason } from "@callboard/protocol";
import type { MailTarget, OwnSettings, Reach, WebhookTarget } from "../ports/index.ts";
import { readZone } from "./contact.ts";

/** The doors to a person, with the target of each. */
export interface Doors {
  readonly mail?: MailTarget;
  readonly webhook?: WebhookTarget;
}

/** The doors that have a target, are not turned off, and are not paused. */
export function doorsOf(reach: Reach): Doors {
  const { webhook } = reach.own;
  const address = addressOf(reach);
  return defined({
    mail: address !== undefined && isOpen(reach, "mail") ? { address } : undefined,
    webhook: webhook && isOpen(reach, "webhook") ? webhook : undefined,
  }) as Doors;
}

const isOpen = ({ own }: Reach, door: DoorName): boolean => !isOff(own, door) && !own.paused?.[door];

export const isOff = ({ off }: OwnSettings, door: DoorName): boolean => off?.includes(door) ?? false;

/** The address for mail: the person's own one if it is confirmed, else the issuer's. */
const addressOf = ({ own, issuer }: Reach): string | undefined =>
  own.address?.confirmedAt === undefined ? issuer.address : own.address.address;

/** The language of a person's notices. */
export const languageOf = ({ own, issuer }: Reach): NoticeLanguage => own.lang ?? issuer.lang ?? "en";

/** A person's time zone; UTC if it is unknown, or the machine no longer knows it. */
export const zoneOf = ({ own, issuer }: Reach): string =>
  readZone(own.zone) ?? readZone(issuer.zone) ?? "UTC";

/**
 * A changed record, with `rev` one higher. A door whose target changes is no longer paused: it was paused because of
 * the old target.
 */
export function revised(
  before: Reach,
  change: Partial<Pick<Reach, "person" | "roles" | "issuer" | "own" | "codesAt" | "at">>,
): Reach {
  const after = { ...before, ...change, rev: before.rev + 1 };
  const { mail, webhook } = after.own.paused ?? {};
  const paused = defined({
    mail: addressOf(before) === addressOf(after) ? mail : undefined,
    webhook: before.own.webhook?.url === after.own.webhook?.url ? webhook : undefined,
  });
  return {
    ...after,
    own: withOwn(after.own, { paused: Object.keys(paused).length > 0 ? paused : undefined }),
  };
}

/** Settings with some of them replaced; undefined removes one. */
export const withOwn = (
  own: OwnSettings,
  change: { readonly [K in keyof OwnSettings]?: OwnSettings[K] | undefined },
): OwnSettings => defined({ ...own, ...change }) as OwnSettings;

/**
 * Pauses a door that does not work, until its target changes or it is turned on again. Returns the same record if the
 * door is already paused for that reason, or no longer leads to `target`.
 */
export function pauseDoor(
  reach: Reach,
  door: DoorName,
  reason: PauseReason,
  now: number,
  target?: string,
): Reach {
  const { own } = reach;
  const leadsTo = door === "mail" ? addressOf(reach) : own.webhook?.url;
  const isAnother = target !== undefined && leadsTo?.toLowerCase() !== target.toLowerCase();
  if (isAnother || own.paused?.[door]?.reason === reason) return reach;
  return revised(reach, { own: withOwn(own, { paused: { ...own.paused, [door]: { reason, at: now } } }) });
}

/** Turns a door off; returns the same record if it is off already. */
export function turnOff(reach: Reach, door: DoorName): Reach {
  const { own } = reach;
  return isOff(own, door)
    ? reach
    : revised(reach, { own: withOwn(own, { off: [...(own.off ?? []), door] }) });
}

/** Turns a door on, whatever paused it. */
export function turnedOn(own: OwnSettings, door: DoorName): OwnSettings {
  const off = (own.off ?? []).filter((one) => one !== door);
  const { [door]: _, ...paused } = own.paused ?? {};
  return withOwn(own, {
    off: off.length > 0 ? off : undefined,
    paused: Object.keys(paused).length > 0 ? paused : undefined,
  });
}
