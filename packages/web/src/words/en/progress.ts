import { countText, plural } from "../plural.ts";

/** Texts of the progress of subjects and runs. */
export const progress = {
  heading: "Progress",
  /**
   * What the steps of a video's post-processing do, and then the names of those of its recording and its life cycle, which
   * a workflow about anything else may have too.
   */
  steps: {
    probe: "Look at the file",
    compute: "Prepare the video",
    transcribe: "Transcribe the speech",
    models: "Ask the models for titles",
    ask: "Ask the creator",
    choose: "Use the answer",
    avatar: "Draw the picture",
    finish: "Finish",
    recording: "Recording",
    ready: "Ready",
    lifecycle: "Life cycle",
    status: "Status",
  },
  /** The turns of Callboard's own plugins. */
  ownPlugins: {
    "duration-limit": "Check the length",
    "title-and-description": "Find a title and a description",
  },
  /** The turn of any other. */
  plugin: (name: string) => `Plugin “${name}”`,
  stepStates: {
    to_come: "to come",
    not_reached: "not reached",
    started: "under way",
    running: "under way",
    waiting: "waiting",
    succeeded: "done",
    failed: "failed",
    skipped: "skipped",
  },
  /** To be read aloud. */
  stepIs: (step: string, state: string) => `${step}: ${state}.`,

  runs: {
    other: "Other progress",
    again: (times: number) => `Under way again, attempt ${times}.`,
    since: (at: string) => `Under way since ${at}.`,
    finished: (at?: string) => `Finished${when(at)}.`,
    failed: (step?: string, at?: string) => `It failed${where(step)}${when(at)}.`,
    timedOut: (step?: string, at?: string) => `It took too long and was stopped${where(step)}${when(at)}.`,
    aborted: (step?: string, at?: string) => `It was stopped by hand${where(step)}${when(at)}.`,
  },

  /** The state of a subject, in lists. */
  subjectStates: {
    running: "Under way",
    succeeded: "Done",
    failed: "Failed",
    timed_out: "Took too long",
    aborted: "Stopped",
  },
  waiting: (count: number) =>
    plural("en", count, "Waiting for an answer", `Waiting for ${countText("en", count)} answers`),
  waitingSince: (count: number, since: string, until?: string) => {
    const first = plural("en", count, "", "the first ");
    const waited = plural("en", count, "an answer", `${countText("en", count)} answers`);
    return `Waiting for ${waited} since ${since}${until === undefined ? "" : `, ${first}until ${until}`}.`;
  },

  /** What an owner does about a warning whose message does not say it. */
  mendNoDeadline: "Give the question `deadlineSeconds`, or its state `TimeoutSeconds`.",
};

function when(at: string | undefined): string {
  return at === undefined ? "" : ` at ${at}`;
}

function where(step: string | undefined): string {
  return step === undefined ? "" : ` in “${step}”`;
}
