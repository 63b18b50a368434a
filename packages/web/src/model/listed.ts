import type { ListedSubject } from "@callboard/client/headless";
import type { Video } from "../videos/videos-api.ts";
import type { Words } from "../words/words.ts";
import { subjectName } from "./words.ts";

/** A subject as a row of a list; times in milliseconds. */
export interface SubjectRow {
  subject: string;
  /** Its title, or another name without one. */
  name: string;
  startedAt: number | undefined;
  /** Its line in a list; undefined when no list has it. */
  line: ListedSubject | undefined;
}

/**
 * The rows of a list, the newest start first: the channel's lines, and the videos that are missing in it. A
 * video's file name replaces a missing title.
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

/** The state of a subject in a few words; undefined when unknown. */
export function lineText(
  { state = "", waiting }: Pick<ListedSubject, "state" | "waiting">,
  { progress }: Words,
): string | undefined {
  const { subjectStates } = progress;
  if (waiting > 0) return progress.waiting(waiting);
  return Object.hasOwn(subjectStates, state) ? subjectStates[state as keyof typeof subjectStates] : undefined;
}

/** The tone of that state: subjects that wait for somebody stand out, and so do failures. */
export function lineTone({ state, waiting }: ListedSubject): "pending" | "lost" | "done" | undefined {
  if (waiting > 0) return "pending";
  if (state === "succeeded") return "done";
  return state === "failed" || state === "timed_out" || state === "aborted" ? "lost" : undefined;
}
