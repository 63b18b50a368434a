import { later } from "../ui/later.tsx";

/**
 * What a question has no need of until it is on the screen; each is a chunk of its own. Whoever needs one of them takes it
 * from here: an import of its own file would bring it at first.
 */
export const AnswerForm = later(async () => (await import("./answer-form.tsx")).AnswerForm);
export const EditForm = later(async () => (await import("./edit-form.tsx")).EditForm);
export const FurtherFields = later(async () => (await import("./further-fields.tsx")).FurtherFields);

/** All of them. */
export const laterQuestion = [AnswerForm, EditForm, FurtherFields];
