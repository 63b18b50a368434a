import { isSamePerson, ownLabel, plainId } from "@callboard/client/headless";
import { type AttendingValue, type Labels, type Verb, verbs } from "@callboard/protocol";

/** The steps of a video's post-processing, in the order in which they run. */
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

const stepLabels: Record<string, string> = {
  probe: "Look at the file",
  compute: "Prepare the video",
  transcribe: "Write down what is said",
  models: "Ask the models for titles",
  ask: "Ask the creator",
  choose: "Take the answer",
  avatar: "Draw the picture",
  finish: "Finish",
};

/** What a step does, in plain words; an unknown step keeps its name. */
export function stepLabel(step: string): string {
  if (Object.hasOwn(stepLabels, step)) return stepLabels[step]!;
  const spaced = step.replace(/[-_.]+/g, " ").trim();
  return spaced === "" ? step : spaced[0]!.toUpperCase() + spaced.slice(1);
}

const computeLabels: Record<string, string> = {
  lambda: "Lambda",
  ecs: "Fargate",
  fargate: "Fargate",
};

/** The name of the compute that a step reports in its `data.compute`. */
export function computeLabel(data: Record<string, unknown> | undefined): string | undefined {
  const compute = data?.compute;
  if (typeof compute !== "string" || compute === "") return undefined;
  const known = compute.toLowerCase();
  return Object.hasOwn(computeLabels, known) ? computeLabels[known] : compute;
}

/** What stands on the button of a verb. */
export const labelOf = (request: { readonly labels?: Labels | undefined }, verb: Verb): string =>
  ownLabel(request, verb) ?? verbs[verb].label;

/** Who proposes, where nobody says it too. */
export const sourceText = ({ source, standIn }: { source: string; standIn: boolean }): string =>
  source || (standIn ? "A stand-in" : "Proposals");

const isolates = /[\u2066-\u2069]/g;

/** Words of people within a sentence of ours, between marks that keep their direction to themselves. */
export const said = (text: string): string => `\u2068${text.replace(isolates, "")}\u2069`;

/** Words of people within a sentence of ours, in quotation marks. */
export const quoted = (text: string): string => `“${said(text)}”`;

/** Takes a sentence apart: what is ours, and, where `theirs`, what people said. */
export function sentenceParts(sentence: string): { text: string; theirs: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2066-\u2069]*\u2069)/)
    .filter((text) => text !== "")
    .map((text) =>
      text.startsWith("\u2068") ? { text: text.slice(1, -1), theirs: true } : { text, theirs: false },
    );
}

/** What somebody did by answering so: "chose a proposal". A verb that this page does not know is an answer. */
export const actionText = (verb: string): string =>
  (Object.hasOwn(verbs, verb) ? verbs[verb as Verb] : verbs.answer).done;

/** A name of a person as the reader should read it: "You", "The system", or the name. */
export function whoText(person: { id: string; name?: string | undefined }, me: string | undefined): string {
  if (person.id === "system") return "The system";
  if (me !== undefined && isSamePerson(person.id, me)) return "You";
  return said(person.name || plainId(person.id));
}

/** "Ben is reviewing" or "Ben has it open". */
export const attenderText = ({ user, state }: Pick<AttendingValue, "user" | "state">): string =>
  `${whoText(user, undefined)} ${state === "reviewing" ? "is reviewing" : "has it open"}`;

/** The name of a subject when nothing better is known: `video/v_1` is `v_1`. */
export const subjectName = (subject: string): string => subject.slice(subject.indexOf("/") + 1);

/** What to call a subject that has no title yet. */
export const untitledName = (subject: string): string =>
  subject.startsWith("video/") ? "A video without a title yet" : subjectName(subject);

/** Makes a sentence of it: a capital first, a full stop last. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?…]["”»]?$/.test(capital) ? capital : `${capital}.`;
}

const reasons: Record<string, string> = {
  wait_gone: "The workflow had stopped waiting.",
  answer_not_acceptable: "Step Functions does not take such an answer.",
  history_not_readable: "The history of the workflow could not be read.",
  no_final_word: "Step Functions gave no final word.",
  execution_succeeded: "The workflow has ended.",
  execution_failed: "The workflow has failed.",
  execution_timed_out: "The workflow took too long and was stopped.",
  execution_aborted: "The workflow was stopped by hand.",
};

/** Why something came to nothing: Callboard's own codes in words, a workflow's words as a sentence. */
export function reasonText(reason: string | undefined): string {
  if (reason === undefined || reason.trim() === "") return "";
  return Object.hasOwn(reasons, reason) ? reasons[reason]! : said(sentence(reason.replaceAll("_", " ")));
}
