import type { Publisher } from "../producers/publishers.ts";

/** The state machine that `npx callboard check` starts: it reports, asks, and continues with the answer. */
export const checkMachine = {
  name: "check",
  /** The source of its events. */
  source: "callboard.check",
  subjects: "check/",
  thread: "check",
  step: "check",
  states: { report: "Report", ask: "Ask", done: "GoneOn" },
  /** If the command is interrupted, the execution ends by itself. */
  timeoutSeconds: 300,
} as const;

/** Whom the state machine may publish as, and about what. */
export const checkPublisher: Publisher = { source: checkMachine.source, subjects: [checkMachine.subjects] };

/** The input of an execution: a subject `check/…`, and the person who owns it and is asked. */
export interface CheckInput {
  readonly subject: string;
  readonly owner: string;
}

/** The state machine in the Amazon States Language, the same on AWS and on one machine. */
export function checkDefinition(busName: string): string {
  const { source, thread, step, states, timeoutSeconds } = checkMachine;
  const task = (integration: string, type: string, detail: object) => ({
    Type: "Task",
    Resource: `arn:aws:states:::${integration}`,
    Arguments: {
      Entries: [{ EventBusName: busName, Source: source, DetailType: type, Detail: detail }],
    },
    Output: "{% $states.input %}",
  });
  const reported = (state: "started" | "succeeded") =>
    task("events:putEvents", "Progress Reported", {
      subject: "{% $states.input.subject %}",
      step,
      state,
      at: "{% $states.context.State.EnteredTime %}",
      owners: ["{% $states.input.owner %}"],
    });
  const asked = task("events:putEvents.waitForTaskToken", "Feedback Requested", {
    subject: "{% $states.input.subject %}",
    thread,
    round: 1,
    taskToken: "{% $states.context.Task.Token %}",
    prompt: "Does this deployment work? callboard check asks, and answers by itself.",
    verbs: ["approve"],
    assignees: ["{% $states.input.owner %}"],
    timeoutSeconds,
  });
  return JSON.stringify({
    Comment: "Started by npx callboard check.",
    QueryLanguage: "JSONata",
    TimeoutSeconds: timeoutSeconds + 60,
    StartAt: states.report,
    States: {
      [states.report]: { ...reported("started"), Next: states.ask },
      [states.ask]: { ...asked, TimeoutSeconds: timeoutSeconds, Next: states.done },
      [states.done]: { ...reported("succeeded"), End: true },
    },
  });
}
