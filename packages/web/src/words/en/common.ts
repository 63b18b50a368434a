import { plural } from "../plural.ts";

/** Texts for several pages, and for sentences that the model makes. */
export const common = {
  quote: (text: string) => `“${text}”`,
  /** Joins sentences. */
  sentences: (sentences: readonly string[]) => sentences.join(" "),

  people: {
    you: "you",
    youFirst: "You",
    system: "The system",
    /** A person in a sentence, by name. */
    person: (name: string) => name,
    role: (name: string) => `the role ${name}`,
    withId: (name: string, id: string) => `“${name}” (${id})`,
    alsoAsked: (who: string, since: string) => `Also asked: ${who} since ${since}.`,
    reviewing: (who: string) => `${who} is reviewing`,
    hasItOpen: (who: string) => `${who} has it open`,
    nobodyNamed: "Name at least one person or role.",
    nameNotPicked: (name: string) => `“${name}” is a name: pick who is meant, or write user/….`,
    notAPrincipal: (word: string) => `“${word}” is neither user/… nor role/… with a name after it.`,
    tooMany: (most: number) => `At most ${most} people and roles can be asked.`,
  },

  /** `label` is the button's text; `done` is what somebody did with it, after their name. */
  verbs: {
    pick: { label: "Choose this one", done: "chose a proposal" },
    approve: { label: "Approve", done: "approved it" },
    edit: { label: "Save and use", done: "wrote the answer" },
    regenerate: { label: "Ask for others", done: "asked for other proposals" },
    answer: { label: "Send the answer", done: "answered" },
    reject: { label: "Reject", done: "rejected it" },
  },

  sources: { standIn: "A stand-in", unnamed: "Proposals" },
  untitledVideo: "A video without a title yet",

  values: {
    yes: "yes",
    no: "no",
    nothing: "nothing",
    tooDeep: "It is too deep to be shown.",
  },

  durations: {
    days: (n: number) => `${n} ${plural("en", n, "day", "days")}`,
    hours: (n: number) => `${n} h`,
    minutes: (n: number) => `${n} min`,
    seconds: (n: number) => `${n} s`,
    /** Two units of one duration. */
    both: (larger: string, smaller: string) => `${larger} ${smaller}`,
  },

  /** `n` is formatted for the reader, `count` selects the plural. */
  sizes: {
    bytes: (n: string, count: number) => `${n} ${plural("en", count, "byte", "bytes")}`,
    kilobytes: (n: string) => `${n} KB`,
    megabytes: (n: string) => `${n} MB`,
    gigabytes: (n: string) => `${n} GB`,
  },

  files: {
    ofNoUse: (name: string) => `“${name}” is neither an MP4 video nor captions (.vtt or .srt).`,
    empty: (name: string) => `“${name}” is empty.`,
    tooLarge: (name: string, size: string, most: string) =>
      `“${name}” has ${size}; at most ${most} is allowed.`,
  },
};
