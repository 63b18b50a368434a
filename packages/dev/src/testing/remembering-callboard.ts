import type { Clock } from "@callboard/aws-local";
import { anybodys, itemsOf, memoryStage } from "@callboard/core/testing";
import {
  CandidatesProposed,
  type Channel,
  ExecutionStatusChanged,
  FactsSet,
  FeedbackClosed,
  FeedbackRequested,
  ProgressReported,
  type WorkflowEventType,
  workflowEvents,
} from "@callboard/protocol";

/** An event of the workflow on the bus, checked with Callboard's schema. */
interface Seen {
  readonly kind: WorkflowEventType;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The fields of steps and executions as clients see them. */
export interface SeenByClients {
  readonly state: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly message?: string;
  readonly cause?: string;
}

/** A Callboard in memory that processes a workflow's events in order, and records them. */
export function rememberingCallboard(clock: Clock) {
  const { app, ports, pump, requests } = memoryStage({
    clock: { now: () => clock.now(), wait: async () => {} },
  });
  const events: Seen[] = [];
  let telling: Promise<unknown> = Promise.resolve();
  const tell = (event: () => Promise<unknown>) => {
    telling = telling.then(event).then(pump);
    // A test that reads the events gets the error.
    telling.catch(() => {});
  };
  return {
    events,
    /**
     * An event on the bus: `text` is its detail, the second of `resources` the execution. Throws on an
     * invalid one.
     */
    event(type: string, text: string, resources: readonly string[]) {
      const kind = type as Seen["kind"];
      const detail = JSON.parse(text) as Seen["detail"];
      workflowEvents[kind].parse(detail);
      events.push({ kind, detail: { ...detail, resources } });
      const envelope = {
        ...anybodys,
        id: `event-${events.length}`,
        time: clock.now(),
        execution: resources[1]!,
      };
      tell(() => {
        switch (kind) {
          case "Progress Reported":
            return app.progress.report(ProgressReported.parse(detail), envelope);
          case "Facts Set":
            return app.progress.setFacts(FactsSet.parse(detail), envelope);
          case "Candidates Proposed":
            return app.progress.propose(CandidatesProposed.parse(detail), envelope);
          case "Feedback Requested":
            return app.feedback.ask(FeedbackRequested.parse(detail), envelope);
          case "Feedback Closed":
            return app.feedback.close(FeedbackClosed.parse(detail), envelope);
        }
      });
    },
    changed(detail: unknown) {
      tell(() => app.progress.executionChanged(ExecutionStatusChanged.parse(detail)));
    },
    /** What everyone (`watch`) or a video's owners (`work`) see of it; keys without the execution's id. */
    async told(videoId: string, to: "watch" | "work"): Promise<Record<string, SeenByClients>> {
      await telling;
      const channel: Channel = `${to}:video/${videoId}`;
      const items = (await itemsOf(ports, channel)).filter(({ value }) => value !== null);
      return Object.fromEntries(
        items.map(({ key, value }) => [
          key.replace(/^(step|execution)\/[^/]+/, "$1"),
          value as unknown as SeenByClients,
        ]),
      );
    },
    /** The states of the questions, in the order in which they were asked. */
    async requests(): Promise<readonly string[]> {
      await telling;
      return requests.all().map(({ status }) => status.state);
    },
  };
}
