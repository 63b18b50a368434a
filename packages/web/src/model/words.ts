import { isSamePerson, ownLabel, plainId } from "@callboard/client/headless";
import type { AttendingValue, Labels, Verb } from "@callboard/protocol";
import type { Words } from "../words/words.ts";

/** The steps of a video's post-processing, in order. */
export const videoSteps = [
  "probe",
  "compute",
  "transcribe",
  "models",
  "ask",
  "choose",
  "avatar",
  "finish",
] as const;

/** What a step does, as text; an unknown step keeps its name, and a plugin its own. */
export function stepLabel(step: string, { progress }: Words): string {
  const known = own(progress.steps, step);
  if (known) return known;
  const [, plugin] = /^plugin\.p\w+\.(.+)/s.exec(step) ?? [];
  if (plugin) return own(progress.ownPlugins, plugin) ?? progress.plugin(plugin);
  const spaced = step.replace(/[-_.]+/g, " ").trim();
  return spaced === "" ? step : spaced[0]!.toUpperCase() + spaced.slice(1);
}

const own = (texts: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(texts, key) ? texts[key] : undefined;

const computeLabels: Record<string, string> = {
  lambda: "Lambda",
  ecs: "Fargate",
  fargate: "Fargate",
};

/** The compute that a step reports in its `data.compute`. */
export function computeLabel(data: Record<string, unknown> | undefined): string | undefined {
  const compute = data?.compute;
  if (typeof compute !== "string" || compute === "") return undefined;
  return own(computeLabels, compute.toLowerCase()) ?? compute;
}

/** The label of a verb's button: the workflow's own, if it gave one. */
export const labelOf = (
  request: { readonly labels?: Labels | undefined },
  verb: Verb,
  { common: { verbs } }: Words,
): string => ownLabel(request, verb) ?? verbs[verb].label;

/** Who proposes, or a general text when unknown. */
export const sourceText = (
  { source, standIn }: { source: string; standIn: boolean },
  { common: { sources } }: Words,
): string => source || (standIn ? sources.standIn : sources.unnamed);

const isolates = /[\u2066-\u2069]/g;

/** Isolates people's text inside a sentence of ours, so that its text direction affects nothing else. */
export const said = (text: string): string => `\u2068${text.replace(isolates, "")}\u2069`;

/** People's text inside a sentence of ours, in quotation marks. */
export const quoted = (text: string, { common }: Words): string => common.quote(said(text));

/** Splits a sentence into our parts and people's parts (`theirs`). */
export function sentenceParts(sentence: string): { text: string; theirs: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2066-\u2069]*\u2069)/)
    .filter((text) => text !== "")
    .map((text) =>
      text.startsWith("\u2068") ? { text: text.slice(1, -1), theirs: true } : { text, theirs: false },
    );
}

/** What somebody did with a verb: "chose a proposal". An unknown verb is an answer. */
export const actionText = (verb: string, { common: { verbs } }: Words): string =>
  (Object.hasOwn(verbs, verb) ? verbs[verb as Verb] : verbs.answer).done;

/** A person's name for the reader: "You", "The system", or the name. */
export function whoText(
  person: { id: string; name?: string | undefined },
  me: string | undefined,
  { common: { people } }: Words,
): string {
  if (person.id === "system") return people.system;
  if (me !== undefined && isSamePerson(person.id, me)) return people.youFirst;
  return people.person(said(person.name || plainId(person.id)));
}

/** "Ben is reviewing" or "Ben has it open". */
export function attenderText({ user, state }: Pick<AttendingValue, "user" | "state">, words: Words): string {
  const { reviewing, hasItOpen } = words.common.people;
  return (state === "reviewing" ? reviewing : hasItOpen)(whoText(user, undefined, words));
}

/** The name of a subject when nothing better is known: `v_1` for `video/v_1`. */
export const subjectName = (subject: string): string => subject.slice(subject.indexOf("/") + 1);

/** The line below a subject's name: its id, with its kind if the name is the id itself. */
export const subjectCaption = (subject: string, name: string): string =>
  subjectName(subject) === name ? subject : subjectName(subject);

/** The name of a subject without a title. */
export const untitledName = (subject: string, { common }: Words): string =>
  subject.startsWith("video/") ? common.untitledVideo : subjectName(subject);

/** Makes a sentence: with a capital letter at the start and, at the end, the full stop of its script. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  if (/[.!?…。！？]["”»」』）)]*$/.test(capital)) return capital;
  return capital + (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー」』）]$/u.test(capital) ? "。" : ".");
}

/** Why something failed: Callboard's own codes as text, a workflow's text as a sentence. */
export function reasonText(reason: string | undefined, { outcomes: { reasons } }: Words): string {
  if (reason === undefined || reason.trim() === "") return "";
  return Object.hasOwn(reasons, reason)
    ? reasons[reason as keyof typeof reasons]
    : said(sentence(reason.replaceAll("_", " ")));
}

/** Joins sentences, without empty ones. */
export const sentencesText = (sentences: readonly (string | undefined)[], { common }: Words): string =>
  common.sentences(sentences.filter((text) => text !== undefined && text !== "") as string[]);
