import { later } from "../ui/later.tsx";

/**
 * Parts of a question that are not needed before it is on the screen; each is a separate chunk. Import them
 * only from here: a direct import would load them at first.
 */
export const AnswerForm = later(async () => (await import("./answer-form.tsx")).AnswerForm);
export const EditForm = later(async () => (await import("./edit-form.tsx")).EditForm);
export const FurtherFields = later(async () => (await import("./further-fields.tsx")).FurtherFields);

/** All of them. */
export const laterQuestion = [AnswerForm, EditForm, FurtherFields];
