/**
 * What a verb may require of a reply, or of its request, as PROTOCOL.md says it. A reply without it is refused as
 * `invalid`.
 */
export const needs = {
  candidate: "`candidateId`",
  value: "`value`",
  schema: "fitting the request's `schema` if it has one",
  round: "a round below the request's `maxRounds`",
} as const;
export type Need = keyof typeof needs;

/** The description of a verb; its texts for pages are English. */
export interface VerbDescription {
  readonly needs: readonly Need[];
  /** Its meaning by convention, as PROTOCOL.md says it. */
  readonly meaning: string;
  /** The text of the button that sends it. */
  readonly label: string;
  /** What a person did with it, after their name: `chose a proposal`. */
  readonly done: string;
  /** How pages offer it: a `button` that sends it at once, or a `form` that asks for more before. */
  readonly shows: "button" | "form";
  /** Whether the reader can select a candidate for it. */
  readonly marks: boolean;
}

/**
 * The verbs of replies, in the order of the protocol. Code that handles each verb uses a table or a switch over all of
 * them, so that the compiler reports a new verb that it misses.
 */
export const verbs = {
  pick: {
    needs: ["candidate"],
    meaning: "this one",
    label: "Choose this one",
    done: "chose a proposal",
    shows: "button",
    marks: true,
  },
  approve: {
    needs: [],
    meaning: "yes, as it is",
    label: "Approve",
    done: "approved it",
    shows: "button",
    marks: false,
  },
  edit: {
    needs: ["value"],
    meaning: "this one, changed by hand",
    label: "Save and use",
    done: "wrote the answer",
    shows: "form",
    marks: true,
  },
  regenerate: {
    needs: ["round"],
    meaning: "ask the models again; `comment` is the hint",
    label: "Ask for others",
    done: "asked for other proposals",
    shows: "form",
    marks: false,
  },
  answer: {
    needs: ["value", "schema"],
    meaning: "a value of any shape",
    label: "Send the answer",
    done: "answered",
    shows: "form",
    marks: false,
  },
  reject: {
    needs: [],
    meaning: "no",
    label: "Reject",
    done: "rejected it",
    shows: "form",
    marks: false,
  },
} as const satisfies Record<string, VerbDescription>;

type Verbs = typeof verbs;
/** The verbs that pages offer as a button, or as a form. */
export type VerbShownAs<Place extends VerbDescription["shows"]> = {
  [V in keyof Verbs]: Verbs[V]["shows"] extends Place ? V : never;
}[keyof Verbs];

/** The requirements of a verb. */
export const needsOf = (verb: keyof Verbs): readonly Need[] => verbs[verb].needs;

/** Every verb, in the order of the table. */
export const verbNames = /* @__PURE__ */ Object.keys(verbs) as [keyof Verbs, ...(keyof Verbs)[]];
