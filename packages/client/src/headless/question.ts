import { needsOf, type RequestId, type RequestValue, type Verb, verbs } from "@callboard/protocol";
import { isJsonObject } from "../json.ts";
import { type Items, readOnce, readUnder } from "./items.ts";
import { verb as readVerb, request as shape } from "./values.ts";

/** A question of a subject; times in milliseconds. */
export interface Question extends RequestValue {
  /** When it last changed. */
  readonly changedAt: number;
  /** The raw value of a question that could not be read completely; the fields hold what could be read. */
  readonly unread?: unknown;
  /**
   * Too much is missing to show it as it is meant: it can be answered only by verbs that need nothing else.
   */
  readonly torn: boolean;
}

const prefix = "request/";

/** All questions of a subject by their last change; incomplete ones come last. */
export const questionsIn = readOnce((items: Items): Question[] => {
  const readings = readUnder(items, prefix, shape);
  return [
    ...readings.flatMap(({ item, fields, whole }) =>
      whole ? [{ ...(fields as RequestValue), changedAt: item.at, torn: false }] : [],
    ),
    ...readings.flatMap(({ item: { key, value, at }, fields, whole }) =>
      whole ? [] : [{ ...partialQuestion(key, value, fields, at), changedAt: at, unread: value }],
    ),
  ];
});

/** Fields without which it is not clear what is asked or how to answer; the others are optional. */
const essentials = ["thread", "round", "prompt", "verbs", "candidates", "state"] as const;

/** The readable part of a question: enough to list it, and to answer it by verbs that need nothing else. */
function partialQuestion(
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

/** How many more rounds may be requested; undefined when there is no limit. */
export const roundsLeft = (request: Pick<RequestValue, "round" | "maxRounds">): number | undefined =>
  request.maxRounds === undefined ? undefined : Math.max(0, request.maxRounds - request.round);

/** The question's own label for a verb's button, if it has one. */
export const ownLabel = (
  { labels = {} }: Pick<Partial<RequestValue>, "labels">,
  verb: Verb,
): string | undefined => (Object.hasOwn(labels, verb) ? labels[verb] : undefined);

/** What a verb needs and a reply still lacks: a candidate, a valid value, another round. */
export type Missing = "candidate" | "value" | "round";

/** A way to answer a question. */
export interface QuestionVerb {
  readonly verb: Verb;
  /** The label of its button: the question's own, else the usual English one. */
  readonly label: string;
  /** Whether the label is the question's own. */
  readonly hasOwnLabel: boolean;
  /** A `button` sends it at once; a `form` asks for more first. */
  readonly shows: "button" | "form";
  /** Whether it is sent with the selected candidate. */
  readonly marks: boolean;
  /** What is missing before it can be sent. */
  readonly missing: readonly Missing[];
  /** Nothing is missing, and it can be sent now. */
  readonly ready: boolean;
}

/** The parts of an answer so far. */
export interface PartsThere {
  /** Whether a candidate is selected. */
  readonly hasCandidate: boolean;
  /** For a verb that needs a value: whether there is a valid one. */
  readonly hasValue: (verb: Verb) => boolean;
  /** Whether any answer can be sent now. */
  readonly canSend: boolean;
}

/** The ways to answer a question, in the order of the protocol's table, each with what is still missing. */
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
