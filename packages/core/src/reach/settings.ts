import { type ChangeSettings, type DoorName, defined, type ReachSettings } from "@callboard/protocol";
import type { OwnSettings, OwnWebhook, Reach } from "../ports/index.ts";
import { claimAddress } from "./address.ts";
import { readAddress, readZone } from "./contact.ts";
import { isOff, languageOf, revised, turnedOn, turnOff, withOwn, zoneOf } from "./doors.ts";

/** The result of a request to change one's settings. */
export type SettingsDecision =
  | {
      readonly decision: "change";
      readonly reach: Reach;
      /** Whether a code is to be sent to an address. */
      readonly claimed: boolean;
      /** The secret of a webhook, shown only this once. */
      readonly secret?: string;
    }
  | { readonly decision: "refuse"; readonly issues: readonly string[] }
  /** Too many codes were sent to this person within an hour. */
  | { readonly decision: "too_many"; readonly afterMs: number };

/** A request for changes, as far as it can be read without the current settings. */
interface Read {
  readonly address?: string | undefined;
  readonly url?: string | undefined;
  readonly zone?: string | undefined;
  readonly quiet?: OwnSettings["quiet"];
}

interface Around {
  /** A new secret, used if the webhook needs one. */
  readonly secret: string;
  /** As `Ports.webhooksHere`. */
  readonly webhooksHere: boolean;
}

/** Decides about changes of how a person is reached: all of them or none. */
export function changeSettings(
  reach: Reach,
  change: ChangeSettings,
  now: number,
  { secret, webhooksHere }: Around,
): SettingsDecision {
  const { read, issues } = readChange(reach, change, webhooksHere);
  if (issues.length > 0) return { decision: "refuse", issues };
  let after = reach;
  let claimed = false;
  if (read.address !== undefined) {
    const claim = claimAddress(after, read.address, now);
    if (claim.outcome === "too_many") return { decision: "too_many", afterMs: claim.afterMs };
    claimed = claim.outcome === "claimed";
    if (claim.outcome === "claimed") after = claim.reach;
  }
  const webhook = webhookAfter(after.own.webhook, change, read.url, secret);
  const own = withOwn(after.own, {
    address: change.mail?.address === null ? undefined : after.own.address,
    webhook,
    lang: chosen(change.lang, after.own.lang),
    zone: change.zone === null ? undefined : (read.zone ?? after.own.zone),
    quiet: change.quiet === null ? undefined : (read.quiet ?? after.own.quiet),
  });
  after = revised(after, { own });
  for (const door of ["mail", "webhook"] as const) after = switched(after, door, change[door]?.on);
  const isNew = webhook?.secrets.includes(secret) ?? false;
  return { decision: "change", reach: after, claimed, ...(isNew ? { secret } : {}) };
}

function readChange(
  reach: Reach,
  change: ChangeSettings,
  webhooksHere: boolean,
): { read: Read; issues: string[] } {
  const { mail, webhook, zone, quiet } = change;
  const issues: string[] = [];
  /** A value that was read; a given value that could not be read is an issue. */
  const need = <T, V>(
    field: string,
    rule: string,
    given: T | null | undefined,
    value: (given: T) => V | undefined,
  ) => {
    if (given === undefined || given === null) return undefined;
    const found = value(given);
    if (found === undefined) issues.push(`${field}: ${rule}`);
    return found;
  };
  const read: Read = {
    address: need("mail.address", "an address that mail can be sent to", mail?.address, readAddress),
    url: need(
      "webhook.url",
      `an https address${webhooksHere ? ", or http://127.0.0.1 on this machine," : ""} without a name, a password or a fragment`,
      webhook?.url,
      (text) => readUrl(text, webhooksHere),
    ),
    zone: need("zone", "the name of a time zone, such as Asia/Tokyo", zone, readZone),
    ...defined({ quiet: need("quiet", "two times that are not the same", quiet, readQuiet) }),
  };
  const url = webhook?.url === undefined ? reach.own.webhook?.url : webhook.url;
  if (webhook?.newSecret && !url) issues.push("webhook.newSecret: there is no webhook");
  return { read, issues };
}

const MAX_URL_LENGTH = 1000;
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const REST = String.raw`(?::(\d{1,5}))?(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$`;
/** The host must be ASCII, as in URLs. Where it leads is checked when something is posted. */
const HTTPS = new RegExp(`^https://${LABEL}(?:\\.${LABEL})*${REST}`, "i");
/** On this machine itself no certificate is available. */
const HERE = new RegExp(String.raw`^http://(?:127(?:\.\d{1,3}){3}|\[::1\])${REST}`, "i");
const HIGHEST_PORT = 65_535;

/** An address that a webhook may have, by its form alone. */
function readUrl(text: string, webhooksHere: boolean): string | undefined {
  if (text.length > MAX_URL_LENGTH) return undefined;
  const found = HTTPS.exec(text) ?? (webhooksHere ? HERE.exec(text) : null);
  return found && Number(found[1] ?? 443) <= HIGHEST_PORT ? text : undefined;
}

type Times = NonNullable<ChangeSettings["quiet"]>;

function readQuiet({ from, to }: Times): OwnSettings["quiet"] {
  return from === to ? undefined : { from: minutesOf(from), to: minutesOf(to) };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

/**
 * A webhook at another address gets a new secret and keeps no former one, so that a person who knew the old secret
 * cannot sign for it.
 */
function webhookAfter(
  before: OwnWebhook | undefined,
  { webhook }: ChangeSettings,
  url: string | undefined,
  secret: string,
): OwnWebhook | undefined {
  if (webhook?.url === null) return undefined;
  if (url !== undefined && url !== before?.url) return { url, secrets: [secret] };
  if (before && webhook?.newSecret) return { ...before, secrets: [secret, ...before.secrets.slice(0, 1)] };
  return before;
}

const chosen = <T>(given: T | null | undefined, before: T | undefined): T | undefined =>
  given === null ? undefined : (given ?? before);

function switched(reach: Reach, door: DoorName, on: boolean | undefined): Reach {
  if (on === undefined) return reach;
  return on ? revised(reach, { own: turnedOn(reach.own, door) }) : turnOff(reach, door);
}

/** A person's settings, as they are shown to that person. */
export function settingsOf(reach: Reach, secret?: string): ReachSettings {
  const { own, issuer } = reach;
  const { quiet, paused = {} } = own;
  return defined({
    mail: defined({
      on: !isOff(own, "mail"),
      address: own.address?.address ?? issuer.address,
      state: stateOf(reach),
      paused: paused.mail,
    }),
    webhook: defined({
      on: !isOff(own, "webhook"),
      url: own.webhook?.url,
      paused: paused.webhook,
      secret,
    }),
    lang: languageOf(reach),
    zone: zoneOf(reach),
    quiet: quiet && { from: timeOf(quiet.from), to: timeOf(quiet.to) },
  });
}

function stateOf({ own, issuer }: Reach): ReachSettings["mail"]["state"] {
  if (own.address) return own.address.confirmedAt === undefined ? "unconfirmed" : "confirmed";
  return issuer.address === undefined ? "none" : "issuer";
}
