import { type DoorName, defined, type NoticeLanguage, type PauseReason } from "@callboard/protocol";
import type { MailTarget, OwnSettings, Reach, WebhookTarget } from "../ports/index.ts";
import { readZone } from "./contact.ts";

/** The doors through which somebody is told, with what each leads to. */
export interface Doors {
  readonly mail?: MailTarget;
  readonly webhook?: WebhookTarget;
}

/** The doors that lead somewhere, are not turned off, and do not stand still. */
export function doorsOf(reach: Reach): Doors {
  const { webhook } = reach.own;
  const address = addressOf(reach);
  return defined({
    mail: address !== undefined && isOpen(reach, "mail") ? { address } : undefined,
    webhook: webhook && isOpen(reach, "webhook") ? webhook : undefined,
  }) as Doors;
}

const isOpen = ({ own }: Reach, door: DoorName): boolean => !isOff(own, door) && !own.paused?.[door];

export const isOff = ({ off = [] }: OwnSettings, door: DoorName): boolean => off.includes(door);

/** Where mail goes: an address of one's own once it is confirmed, else the issuer's. */
const addressOf = ({ own, issuer }: Reach): string | undefined =>
  own.address?.confirmedAt === undefined ? issuer.address : own.address.address;

/** In which language somebody is told. */
export const languageOf = ({ own, issuer }: Reach): NoticeLanguage => own.lang ?? issuer.lang ?? "en";

/** The time zone that somebody lives by; UTC where none is known, or the machine knows it no more. */
export const zoneOf = ({ own, issuer }: Reach): string =>
  readZone(own.zone) ?? readZone(issuer.zone) ?? "UTC";

/**
 * A record with something changed, one `rev` later. A door that leads elsewhere than before does not stand still any more:
 * what stopped it was the other target.
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

/** Settings with some of them changed; what is undefined goes. */
export const withOwn = (
  own: OwnSettings,
  change: { readonly [K in keyof OwnSettings]?: OwnSettings[K] | undefined },
): OwnSettings => defined({ ...own, ...change }) as OwnSettings;

/**
 * Stops a door that does not work, until it leads elsewhere or is turned on again. The very same record where it stands
 * still for that reason already, or leads elsewhere than to `target` by now.
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

/** Turns a door off; the very same record where it is off already. */
export function turnOff(reach: Reach, door: DoorName): Reach {
  const { own } = reach;
  return isOff(own, door)
    ? reach
    : revised(reach, { own: withOwn(own, { off: [...(own.off ?? []), door] }) });
}

/** Settings in which a door is on, whatever stopped it. */
export function turnedOn(own: OwnSettings, door: DoorName): OwnSettings {
  const off = (own.off ?? []).filter((one) => one !== door);
  const { [door]: _, ...paused } = own.paused ?? {};
  return withOwn(own, {
    off: off.length > 0 ? off : undefined,
    paused: Object.keys(paused).length > 0 ? paused : undefined,
  });
}
