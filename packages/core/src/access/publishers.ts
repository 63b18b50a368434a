import type { Subject } from "@callboard/protocol";

/** What the subjects of each source's events may begin with, by source. */
export type Publishers = Readonly<Record<string, readonly string[]>>;

/** Tells whether the events of a source may be about a subject; where nobody is named, anybody may who reaches the bus. */
export const mayPublish = (publishers: Publishers | undefined, source: string, subject: Subject): boolean =>
  publishers === undefined ||
  (Object.hasOwn(publishers, source) && publishers[source]!.some((start) => subject.startsWith(start)));
