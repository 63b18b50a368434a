import { later } from "../ui/later.tsx";

/**
 * Parts of the creator's page that are not needed before its question is on the screen; each is a separate
 * chunk. Import them only from here: a direct import would load them at first.
 */
export const AmendQuestion = later(async () => (await import("./amend/amend-question.tsx")).AmendQuestion);
export const Beside = later(async () => (await import("./beside.tsx")).Beside);
export const EarlierQuestions = later(async () => (await import("./earlier-questions.tsx")).EarlierQuestions);
export const History = later(async () => (await import("../history/history.tsx")).History);
export const KeysDialog = later(async () => (await import("./keys-dialog.tsx")).KeysDialog);
export const Receipts = later(async () => (await import("./receipts.tsx")).Receipts);
export const RestingDesk = later(async () => (await import("./resting-desk.tsx")).RestingDesk);
export const RunControls = later(async () => (await import("./run-controls.tsx")).RunControls);
export const StartForm = later(async () => (await import("./start-form.tsx")).StartForm);
export const Toasts = later(async () => (await import("./toasts.tsx")).Toasts);

/** All of them. */
export const laterParts = [
  AmendQuestion,
  Beside,
  EarlierQuestions,
  History,
  KeysDialog,
  Receipts,
  RestingDesk,
  RunControls,
  StartForm,
  Toasts,
];
