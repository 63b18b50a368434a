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
 * Processes events with `take`, and tells the user at the terminal which event was refused, or used only in
 * part, and how to fix it. The same mistake is printed once a minute; `say` limits the lines of each kind. A
 * principal without its kind is repeated, since only its author reads it; nothing else of an event is.
 */
export function reportingMistakes(
  take: Take,
  say: (kind: string, line: string) => void,
  clock: Pick<Clock, "now">,
): Take {
  const isNew = perMinute(1, clock);
  const report = (event: unknown, outcome: string, mistakes: string) => {
    const read = BusEvent.safeParse(event).data;
    const line = `${nameOf(read)} ${outcome}: ${corrected(mistakes, read?.detail)}`;
    if (isNew(line)) say(`an event ${outcome}: ${mistakes}`, line);
  };
  return async (event) => {
    try {
      await take(event);
    } catch (error) {
      if (error instanceof BadEvent) report(event, "was not accepted", reasonOf(error));
      throw error;
    }
    const { misspelt, leftOut } = mistakesIn(event);
    if (misspelt.length > 0) report(event, "was accepted without unknown fields", misspelt.join("; "));
    if (leftOut.length > 0)
      report(event, "was accepted without fields of the wrong type", leftOut.join("; "));
  };
}

/** The reason without the prefix that the handler added. */
const reasonOf = ({ cause, message }: BadEvent): string =>
  cause instanceof BadEvent ? cause.message : message;

/** The valid names in an event; invalid ones could contain terminal control characters. */
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

/** Misspelt fields of an accepted event, and fields that were left out of it. */
function mistakesIn(event: unknown): { misspelt: string[]; leftOut: string[] } {
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

/** For a principal without its kind: what to write instead. */
const corrected = (mistakes: string, detail: unknown): string =>
  mistakes.replaceAll(/([\w.]+): ([^;]+)/g, (mistake, path: string, rule: string) => {
    if (rule !== principalRule) return mistake;
    const given = path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], detail);
    const [, kind = "user", id] = /^(?:(user|role)s?[:/]+)?([^/]+)$/i.exec(String(given)) ?? [];
    const principal = Principal.safeParse(`${kind.toLowerCase()}/${id}`);
    return principal.success ? `${path}: write ${principal.data}, not ${given}` : mistake;
  });
