import { type Clock, perMinute } from "@callboard/core";
import {
  BadEvent,
  BusEvent,
  leftOutFields,
  misspeltFields,
  Principal,
  principalRule,
  Subject,
  workflowEvents,
} from "@callboard/protocol";

type Take = (event: unknown) => Promise<void>;

/**
 * Takes events in as `take` does, and tells whoever sits at the terminal which was not taken, or not as it was meant, and
 * how to mend it: one line a minute for one slip, of whose kind `say` bounds how many are said. A name without its kind
 * is repeated, since its author reads it here; nothing else of an event is.
 */
export function tellingSlips(
  take: Take,
  say: (kind: string, line: string) => void,
  clock: Pick<Clock, "now">,
): Take {
  const isNew = perMinute(1, clock);
  const tell = (event: unknown, outcome: string, slips: string) => {
    const read = BusEvent.safeParse(event).data;
    const line = `${nameOf(read)} ${outcome}: ${mended(slips, read?.detail)}`;
    if (isNew(line)) say(`an event ${outcome}: ${slips}`, line);
  };
  return async (event) => {
    try {
      await take(event);
    } catch (error) {
      if (error instanceof BadEvent) tell(event, "was not taken", reasonOf(error));
      throw error;
    }
    const { misspelt, leftOut } = slipsIn(event);
    if (misspelt.length > 0) tell(event, "was taken without what is not known", misspelt.join("; "));
    if (leftOut.length > 0) tell(event, "was taken without what is of another type", leftOut.join("; "));
  };
}

/** The reason without the names that the handler put before it. */
const reasonOf = ({ cause, message }: BadEvent): string =>
  cause instanceof BadEvent ? cause.message : message;

/** What is well-formed of an event's names, so that no event writes to the terminal as it likes. */
function nameOf(event: BusEvent | undefined): string {
  const shown = (text: string | undefined) => (text && /^[\w.@:/ -]{1,128}$/.test(text) ? text : undefined);
  const source = shown(event?.source);
  const subject = Subject.safeParse(event?.detail.subject).data;
  const words = [
    shown(event?.["detail-type"]) ?? "An event",
    source && `of ${source}`,
    subject && `about ${subject}`,
  ];
  return words.filter((word) => word).join(" ");
}

/** Fields of an event that was taken that look like others that it may have, and those that were left out of it. */
function slipsIn(event: unknown): { misspelt: string[]; leftOut: string[] } {
  const read = BusEvent.safeParse(event).data;
  const type = read?.["detail-type"] ?? "";
  if (!read || !Object.hasOwn(workflowEvents, type)) return { misspelt: [], leftOut: [] };
  const schema = workflowEvents[type as keyof typeof workflowEvents];
  const misspelt = misspeltFields(schema, read.detail);
  return {
    misspelt: misspelt.map(({ path, written }) => `"${written}" (is ${path} meant?)`),
    leftOut: leftOutFields(read.detail, schema.safeParse(read.detail).data),
  };
}

/** Where somebody is named without a kind, what to write instead. */
const mended = (slips: string, detail: unknown): string =>
  slips.replaceAll(/([\w.]+): ([^;]+)/g, (slip, path: string, rule: string) => {
    if (rule !== principalRule) return slip;
    const given = path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], detail);
    const [, kind = "user", id] = /^(?:(user|role)s?[:/]+)?([^/]+)$/i.exec(String(given)) ?? [];
    const principal = Principal.safeParse(`${kind.toLowerCase()}/${id}`);
    return principal.success ? `${path}: write ${principal.data}, not ${given}` : slip;
  });
