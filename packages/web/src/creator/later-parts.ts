import { later } from "../ui/later.tsx";

/**
 * What the creator's page has no need of until its question is on the screen; each is a chunk of its own.
 * Whoever needs one of them takes it from here: an import of its own file would bring it at first.
 */
export const AnswerForm = later(async () => (await import("./answer-form.tsx")).AnswerForm);
export const AmendQuestion = later(async () => (await import("./amend/amend-question.tsx")).AmendQuestion);
export const EarlierQuestions = later(async () => (await import("./earlier-questions.tsx")).EarlierQuestions);
export const Player = later(async () => (await import("./player.tsx")).Player);
export const StartForm = later(async () => (await import("./start-form.tsx")).StartForm);

/**
 * Loads all of them, so that each is drawn at once from then on: for tests, and for a page that may lose its line. Rejects
 * when one of them cannot be loaded.
 */
export async function loadAllParts(): Promise<void> {
  await Promise.all(
    [AnswerForm, AmendQuestion, EarlierQuestions, Player, StartForm].map(({ load }) => load()),
  );
}
