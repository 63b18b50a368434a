import type { ListedSubject } from "@callboard/client/headless";

export type Cue = "off" | "busy" | "standby" | "go" | "fail";

/** A cue light: how something stands, for the eye; words beside it say it to everybody. */
export const Lamp = ({ cue }: { cue: Cue }) => <span className="lamp" data-lamp={cue} aria-hidden="true" />;

/** The cue of a tone in which what became of something is told. */
export const toneCues = { done: "go", pending: "busy", lost: "fail" } as const;

/** How a subject of a list stands: what waits for somebody comes before what runs. */
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
