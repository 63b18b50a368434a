import { needsOf, type RequestId, type RequestValue, type Verb, verbs } from "@callboard/protocol";
import { isJsonObject } from "../json.ts";
import { type Items, readOnce, readUnder } from "./items.ts";
import { verb as readVerb, request as shape } from "./values.ts";

/** A question of a subject; times in milliseconds. */
export interface Question extends RequestValue {
  /** When it last changed. */
  readonly changedAt: number;
  /** The value as it stands, of a question not all of which can be read: what can is in its fields. */
  readonly unread?: unknown;
  /** So little of it can be read that it cannot be shown as it is meant: answer it by verbs that need nothing. */
  readonly torn: boolean;
}

const prefix = "request/";

/** All questions of a subject, in the order in which they last changed, those after the others of which not all can be read. */
export const questionsIn = readOnce((items: Items): Question[] => {
  const readings = readUnder(items, prefix, shape);
  return [
    ...readings.flatMap(({ item, fields, whole }) =>
      whole ? [{ ...(fields as RequestValue), changedAt: item.at, torn: false }] : [],
    ),
    ...readings.flatMap(({ item: { key, value, at }, fields, whole }) =>
      whole ? [] : [{ ...mend(key, value, fields, at), changedAt: at, unread: value }],
    ),
  ];
});

/** Without these nobody knows what is asked, or how it is answered; all else is decoration. */
const essentials = ["thread", "round", "prompt", "verbs", "candidates", "state"] as const;

/** As much of a question as can be read: enough to list it, and to answer it by verbs that need nothing. */
function mend(
  key: string,
  value: unknown,
  fields: Partial<RequestValue>,
  at: number,
): RequestValue & { torn: boolean } {
  const given = isJsonObject(value) ? value.verbs : undefined;
  return {
    subject: "" as RequestValue["subject"],
    thread: "",
    round: 1,
    prompt: "",
    candidates: [],
    assignees: [],
    execution: "",
    askedAt: at,
    state: "open",
    ...fields,
    torn: !essentials.every((name) => Object.hasOwn(fields, name)),
    verbs: Array.isArray(given) ? given.filter((one): one is Verb => readVerb(one) !== undefined) : [],
    requestId: key.slice(prefix.length) as RequestId,
  };
}

/** How many rounds may still be asked for; undefined when there is no limit. */
export const roundsLeft = (request: Pick<RequestValue, "round" | "maxRounds">): number | undefined =>
  request.maxRounds === undefined ? undefined : Math.max(0, request.maxRounds - request.round);

/** What a question puts on the button of a verb in place of the usual words, if it does. */
export const ownLabel = (
  { labels = {} }: Pick<Partial<RequestValue>, "labels">,
  verb: Verb,
): string | undefined => (Object.hasOwn(labels, verb) ? labels[verb] : undefined);

/** What a reply may still lack of what its verb needs: a candidate, a value, a value that fits the schema, a round. */
export type Missing = "candidate" | "value" | "round";

/** A way to answer a question. */
export interface QuestionVerb {
  readonly verb: Verb;
  /** What stands on its button: the question's own words, else the usual English ones. */
  readonly label: string;
  /** Whether these are the question's own words. */
  readonly hasOwnLabel: boolean;
  /** A `button` that sends it at once, or a `form` that asks for more before. */
  readonly shows: "button" | "form";
  /** Whether a marked candidate belongs to it. */
  readonly marks: boolean;
  /** What is missing before it can be sent. */
  readonly missing: readonly Missing[];
  /** Nothing is missing, and nothing keeps it from being sent now. */
  readonly ready: boolean;
}

/** What is there for an answer so far. */
export interface PartsThere {
  /** Whether a candidate is marked. */
  readonly hasCandidate: boolean;
  /** Of a verb that needs a value: whether there is one that can be sent. */
  readonly hasValue: (verb: Verb) => boolean;
  /** Whether an answer can be sent at all now. */
  readonly canSend: boolean;
}

/** The ways to answer a question, in the order of the protocol's table, each with what it still lacks. */
export function verbsOf(
  request: Pick<RequestValue, "verbs" | "labels" | "round" | "maxRounds">,
  { hasCandidate, hasValue, canSend }: PartsThere,
): QuestionVerb[] {
  const isMissing: Readonly<Record<Missing, (verb: Verb) => boolean>> = {
    candidate: () => !hasCandidate,
    value: (verb) => !hasValue(verb),
    round: () => roundsLeft(request) === 0,
  };
  return (Object.keys(verbs) as Verb[])
    .filter((verb) => request.verbs.includes(verb))
    .map((verb) => {
      const missing = needsOf(verb).filter(
        (need): need is Missing => need !== "schema" && isMissing[need](verb),
      );
      const own = ownLabel(request, verb);
      const { label, shows, marks } = verbs[verb];
      return {
        verb,
        label: own ?? label,
        hasOwnLabel: own !== undefined,
        shows,
        marks,
        missing,
        ready: canSend && missing.length === 0,
      };
    });
}
