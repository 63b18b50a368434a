import type { ChangeSettings, Principal, ReachSettings } from "@callboard/protocol";
import { isErasedStill, keyOf, untilWritten } from "../access/people.ts";
import type { Caller } from "../access/principal.ts";
import type { Ports, Reach } from "../ports/index.ts";
import { confirmAddress } from "./address.ts";
import { turnOff } from "./doors.ts";
import { decideReach, newReach } from "./note.ts";
import { changeSettings, settingsOf } from "./settings.ts";

export type SettingPorts = Pick<Ports, "people" | "reach" | "bus" | "clock" | "ids" | "webhooksHere">;

/** The result of reading or changing how a person is reached. */
export type SettingsOutcome =
  | { readonly outcome: "settings"; readonly settings: ReachSettings }
  | { readonly outcome: "invalid"; readonly issues: readonly string[] }
  | { readonly outcome: "too_many"; readonly afterMs: number }
  | { readonly outcome: "wrong_code"; readonly left: number }
  | { readonly outcome: "code_ended" }
  /** A guest, or a person who was just erased. */
  | { readonly outcome: "forbidden" };

/** The decision of one attempt: the record from now on, undefined if it stays, and the answer to the caller. */
interface Decided {
  readonly after?: Reach;
  readonly outcome: SettingsOutcome;
  /** Whether a code must be sent to an address of theirs. */
  readonly claimed?: boolean;
}

/** How the caller is reached. */
export const readSettings = (ports: SettingPorts, caller: Caller): Promise<SettingsOutcome> =>
  decideOn(ports, caller, (reach) => ({ outcome: shown(reach) }));

/**
 * Changes how the caller is reached: all of the requested changes or none. A claimed address is stored before Address
 * Claimed is put.
 */
export async function changeOwnSettings(
  ports: SettingPorts,
  caller: Caller,
  change: ChangeSettings,
): Promise<SettingsOutcome> {
  const around = { secret: `whsec_${ports.ids.secret()}`, webhooksHere: ports.webhooksHere ?? false };
  return decideOn(ports, caller, (reach, now) => {
    const decided = changeSettings(reach, change, now, around);
    if (decided.decision === "refuse") return { outcome: { outcome: "invalid", issues: decided.issues } };
    if (decided.decision === "too_many")
      return { outcome: { outcome: "too_many", afterMs: decided.afterMs } };
    const { reach: after, claimed, secret } = decided;
    return { after, claimed, outcome: shown(after, secret) };
  });
}

/** Confirms the claimed address of the caller by the code that was sent to it. */
export const confirmOwnAddress = (
  ports: SettingPorts,
  caller: Caller,
  code: string,
): Promise<SettingsOutcome> =>
  decideOn(ports, caller, (reach, now) => {
    const confirmed = confirmAddress(ports.ids, reach, code, now);
    if (confirmed.outcome === "ended") return { outcome: { outcome: "code_ended" } };
    const { reach: after } = confirmed;
    if (confirmed.outcome === "wrong")
      return { after, outcome: { outcome: "wrong_code", left: confirmed.left } };
    return { after, outcome: shown(after) };
  });

const shown = (reach: Reach, secret?: string): SettingsOutcome => ({
  outcome: "settings",
  settings: settingsOf(reach, secret),
});

/** Reads, decides and writes how the caller is reached, until no other writer interferes. */
async function decideOn(
  ports: SettingPorts,
  caller: Caller,
  decide: (reach: Reach, now: number) => Decided,
): Promise<SettingsOutcome> {
  if (caller.guest) return { outcome: "forbidden" };
  const key = keyOf(ports, `user/${caller.id}`);
  return untilWritten(async () => {
    const [person, known] = await Promise.all([ports.people.read(key), ports.reach.read(key)]);
    const now = ports.clock.now();
    if (isErasedStill(person, now)) return { outcome: "forbidden" };
    const before = known ? (decideReach(known, key, caller, now) ?? known) : newReach(key, caller, now);
    const { after, claimed, outcome } = decide(before, now);
    if (after && after !== known) {
      const isWritten = await ports.reach.replace(known, { ...after, rev: (known?.rev ?? 0) + 1 });
      if (!isWritten) return "lost";
    }
    // Stored before the event is put: if putting fails, the same request claims the address again.
    if (claimed) await ports.bus.put([{ type: "Address Claimed", person: key }]);
    return outcome;
  });
}

/**
 * Removes how a person is reached. They are erased before, so that nothing is written after it. Returns whether there
 * was anything.
 */
export const forgetReach = async (
  ports: Pick<Ports, "reach" | "ids">,
  principal: Principal,
): Promise<boolean> => (await changeReach(ports, keyOf(ports, principal), () => undefined)) !== undefined;

/**
 * Turns a door off for the person that a token names, as mail clients do by one click. False: it is not a token for that.
 */
export async function turnOffByToken(
  ports: Pick<Ports, "reach" | "doorTokens">,
  token: string,
): Promise<boolean> {
  const claims = await ports.doorTokens.open(token);
  if (claims?.kind !== "unsubscribe") return false;
  // People who are no longer known get no notices anyway.
  await changeReach(ports, claims.key, (known) => turnOff(known, claims.door));
  return true;
}

/**
 * Changes how a person is reached, until no other writer interferes. Writes nothing if `change` returns its argument,
 * and removes the record if it returns undefined. Undefined: nobody is known by the key.
 */
export const changeReach = (
  { reach }: { readonly reach: Pick<Ports["reach"], "read" | "replace"> },
  key: string,
  change: (known: Reach) => Reach | undefined,
): Promise<{ readonly known: Reach; readonly after: Reach | undefined } | undefined> =>
  untilWritten(async () => {
    const known = await reach.read(key);
    if (!known) return undefined;
    const after = change(known);
    return after === known || (await reach.replace(known, after)) ? { known, after } : "lost";
  });
