import type { ListedSubject } from "@callboard/client/headless";
import type { Video } from "../videos/videos-api.ts";
import type { Words } from "../words/words.ts";
import { subjectName } from "./words.ts";

/** A subject as a row of a page's list; times in milliseconds. */
export interface SubjectRow {
  subject: string;
  /** Its title, or what is known of it without one. */
  name: string;
  startedAt: number | undefined;
  /** What lists say of it; undefined where none has it. */
  line: ListedSubject | undefined;
}

/**
 * The rows of a list, those that began last first: what the channel has, and whichever of the videos it does not have. A
 * video's file name stands in for a title that is not there.
 */
export function rowsOf(lines: readonly ListedSubject[], videos: readonly Video[] = []): SubjectRow[] {
  const names = new Map(videos.map(({ subject, name }) => [subject, name]));
  const listed = lines.map((line): SubjectRow => {
    const { subject, title, startedAt } = line;
    return { subject, name: title ?? names.get(subject) ?? subjectName(subject), startedAt, line };
  });
  const known = new Set(lines.map(({ subject }) => subject));
  const others = videos
    .filter(({ subject }) => !known.has(subject))
    .map(({ subject, name, startedAt }): SubjectRow => ({ subject, name, startedAt, line: undefined }));
  return [...listed, ...others].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
}

/** How a subject stands, in a few words; undefined when nothing is known of that. */
export function lineText(
  { state = "", waiting }: Pick<ListedSubject, "state" | "waiting">,
  { progress }: Words,
): string | undefined {
  const { subjectStates } = progress;
  if (waiting > 0) return progress.waiting(waiting);
  return Object.hasOwn(subjectStates, state) ? subjectStates[state as keyof typeof subjectStates] : undefined;
}

/** The tone in which that is shown: what waits for somebody stands out, and so does what went wrong. */
export function lineTone({ state, waiting }: ListedSubject): "pending" | "lost" | "done" | undefined {
  if (waiting > 0) return "pending";
  if (state === "succeeded") return "done";
  return state === "failed" || state === "timed_out" || state === "aborted" ? "lost" : undefined;
}
