import type { CandidateValue, TitleValue } from "@callboard/protocol";
import type { HeadState } from "../ports/index.ts";
import type { FeedbackRequest } from "./request.ts";
import { candidateKey, candidatesUnder, isProposed, TITLE_KEY } from "./values.ts";

/** The title of a question's subject: from the question, else from reports. */
export async function titleOf(
  { title }: Pick<FeedbackRequest, "title">,
  state: HeadState,
): Promise<string | undefined> {
  if (title !== undefined) return title;
  const known = (await state.entries([TITLE_KEY])).get(TITLE_KEY)?.value as TitleValue | null | undefined;
  return known?.title;
}

/** A question's own candidates, in its order; if it has none, all that were proposed in its thread and round. */
export async function candidatesOf(request: FeedbackRequest, state: HeadState): Promise<CandidateValue[]> {
  const { thread, round, candidates } = request;
  if (candidates.length > 0) {
    const keys = candidates.map((candidate) =>
      candidateKey({ thread, round, requestId: request.id }, candidate),
    );
    const entries = await state.entries(keys);
    return keys.flatMap((key) => (entries.get(key)?.value as CandidateValue | null | undefined) ?? []);
  }
  return [...(await state.entries("all")).values()]
    .filter(({ key, value }) => key.startsWith(candidatesUnder({ thread, round })) && value !== null)
    .sort((a, b) => (a.offsets.work ?? 0) - (b.offsets.work ?? 0))
    .map(({ value }) => value as CandidateValue)
    .filter(isProposed);
}
