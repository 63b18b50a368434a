import type { ListedSubject } from "@callboard/client/headless";

export type Cue = "off" | "busy" | "standby" | "go" | "fail";

/** A status light, decorative; the text next to it says the same. */
export const Lamp = ({ cue }: { cue: Cue }) => <span className="lamp" data-lamp={cue} aria-hidden="true" />;

/** The light for each tone of an outcome. */
export const toneCues = { done: "go", pending: "busy", lost: "fail" } as const;

/** The light of a subject in a list: waiting for somebody comes before running. */
export function cueOf(line: Pick<ListedSubject, "state" | "waiting"> | undefined): Cue {
  if (line === undefined) return "off";
  if (line.waiting > 0) return "standby";
  switch (line.state) {
    case "running":
      return "busy";
    case "succeeded":
      return "go";
    case "failed":
    case "timed_out":
    case "aborted":
      return "fail";
    default:
      return "off";
  }
}
