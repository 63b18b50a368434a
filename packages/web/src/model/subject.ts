import {
  AvatarValue,
  ExecutionValue,
  RequestValue,
  type StoredObject,
  TitleValue,
  ViewersValue,
  WaitingValue,
  WarningValue,
} from "@callboard/protocol";
import { type Items, type Reading, readUnder, valueAt } from "./items.ts";
import { type Locale, momentText } from "./time.ts";

/** The chosen title, once there is one. */
export const titleOf = (items: Items): string | undefined => valueAt(items, "title", TitleValue)?.title;

/** The picture made for the subject; its URL may have expired. */
export const avatarOf = (items: Items): StoredObject | undefined =>
  valueAt(items, "avatar", AvatarValue)?.object;

/** Whether a stored object's URL can be used at `now` and a little longer. */
export const isFresh = (object: StoredObject, now: number): boolean =>
  object.url !== undefined && (object.expiresAt === undefined || object.expiresAt > now + 5_000);

/** "Waiting for an answer, until 14:32."; undefined when nobody is waited for. Of several the time of the first is told. */
export function waitingText(items: Items, now: number, locale: Locale = {}): string | undefined {
  const waits = Object.values(valueAt(items, "waiting", WaitingValue)?.requests ?? {});
  if (waits.length === 0) return undefined;
  const first = Math.min(...waits.map(({ deadline }) => deadline ?? Infinity));
  const until = first === Infinity ? "" : `until ${momentText(first, now, locale)}`;
  if (waits.length === 1) return `Waiting for an answer${until && `, ${until}`}.`;
  return `Waiting for ${waits.length} answers${until && `, the first ${until}`}.`;
}

/** How many watch, when the channel tells. */
export const viewersOf = (items: Items): number | undefined => valueAt(items, "viewers", ViewersValue)?.count;

/** What an owner does about a warning whose message does not say it, by its code. */
const mends: Readonly<Partial<Record<WarningValue["code"], string>>> = {
  no_deadline: "Give the question `deadlineSeconds`, or its state `TimeoutSeconds`.",
};

/** Something that the owners of a subject should look at. */
interface Warning {
  key: string;
  message: string;
  mend: string | undefined;
}

/** What the owners of a subject are warned of, newest first, without what concerns executions that have ended. */
export function warningsOf(items: Items): { warnings: Warning[]; misfits: Reading<WarningValue>["misfits"] } {
  const { fits, misfits } = readUnder(items, "warning/", WarningValue);
  const hasEnded = ({ execution, requestId }: WarningValue) => {
    const of = execution ?? valueAt(items, `request/${requestId}`, RequestValue)?.execution;
    const state = of === undefined ? undefined : valueAt(items, `execution/${of}`, ExecutionValue)?.state;
    return state !== undefined && state !== "running";
  };
  const warnings = fits
    .filter(({ value }) => !hasEnded(value))
    .map(({ key, value }) => ({ key, message: value.message, mend: mends[value.code] }));
  return { warnings: warnings.reverse(), misfits: misfits.reverse() };
}
