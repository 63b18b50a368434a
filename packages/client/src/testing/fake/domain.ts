import { handle, itemsOf, memoryStage } from "@callboard/core/testing";
import { memoryPush } from "@callboard/core/testing/memory-push.ts";
import { answerChecker } from "@callboard/functions/answer-checker";
import { boundedAnswers } from "@callboard/functions/bounded-answers";
import { deltaMessages } from "@callboard/functions/delta-messages";
import { ingestHandler } from "@callboard/functions/ingest";
import { stepBudget } from "@callboard/functions/step-budget";
import { type Channel, minutes, type OutEvent, seconds } from "@callboard/protocol";
import { type RestingClock, stirring } from "./resting-clock.ts";

/** How often an event that failed is tried again, a second later each time. */
const MAX_TRIES = 5;

/** An event that a workflow or Step Functions puts on the bus. */
export interface FakeEvent {
  readonly source: string;
  readonly type: string;
  /** The execution's ARN. */
  readonly execution: string;
  readonly detail: object;
}

/** The real domain, with stores, a bus and a clock in memory that take no time. */
export function fakeDomain(options: {
  readonly clock: RestingClock;
  readonly random: () => number;
  readonly lists: readonly string[];
  /** Sends a message to a connection; returns whether it exists. */
  readonly post: (connectionId: string, text: string) => boolean;
}) {
  const { clock, random, lists, post } = options;
  const checker = answerChecker(stepBudget());
  let events = 0;

  const stage = memoryStage((memory) =>
    stirring(
      {
        ...memory,
        clock: {
          now: clock.now,
          wait: (ms: number) => new Promise<void>((done) => void clock.after(ms, done)),
        },
        ids: { ...memory.ids, random: () => randomId(random) },
        // A push that waits for the next one would wait until somebody moves the time.
        push: memoryPush({
          clock,
          spacingMs: () => 0,
          async arrive({ connectionId, channel, delta }) {
            const texts = deltaMessages(channel, [delta]);
            return texts.every((text) => post(connectionId, text)) ? "arrived" : "gone";
          },
        }),
        bus: {
          async put(put: readonly OutEvent[]) {
            for (const event of put) carry(event);
          },
        },
        wakeups: {
          send: async (sent: Parameters<typeof memory.wakeups.send>[0]) => {
            for (const one of sent) {
              const delaySeconds = Math.max(0, Math.ceil((one.at - clock.now()) / 1000));
              clock.after(seconds(delaySeconds), () => void stage.app.clock.wake([one]));
            }
          },
        },
        lists: new Set(lists),
        objects: {
          sign: async (key: string) => ({
            url: `https://files.callboard.test/${key}`,
            expiresAt: clock.now() + minutes(15),
          }),
        },
        schemas: boundedAnswers(() => checker),
      },
      clock.stir,
    ),
  );
  const { app, ports } = stage;
  const ingest = ingestHandler({ app, log: ports.log });

  /** An event reaches its function at once; a failed one is delivered again. */
  function carry(event: OutEvent, tries = 1): void {
    clock.after(tries === 1 ? 0 : seconds(1), () => {
      handle(app, event).catch((cause: unknown) => {
        if (tries === MAX_TRIES) throw cause;
        carry(event, tries + 1);
      });
    });
  }

  function poll(): void {
    clock.after(minutes(1), () => {
      void app.clock.pollDue();
      poll();
    });
  }
  poll();

  return {
    app,
    /** Processes an event as if it came from the bus. Rejects with a `BadEvent` that names the field. */
    async put({ source, type, execution, detail }: FakeEvent): Promise<void> {
      await ingest({
        id: `fake-event-${++events}`,
        source,
        "detail-type": type,
        time: new Date(clock.now()).toISOString(),
        resources: [execution],
        detail: JSON.parse(JSON.stringify(detail)),
      });
    },
    /** The task tokens of waiting executions. */
    waits: stage.executions.waits,
    idOf: (taskToken: string) => `req_${ports.ids.hash(taskToken)}` as const,
    requestOf: (id: string) => stage.requests.all().find((request) => request.id === id),
    async values(channel: Channel): Promise<Record<string, unknown>> {
      const items = (await itemsOf(ports, channel)).filter(({ value }) => value !== null);
      return Object.fromEntries(items.map(({ key, value }) => [key, value]));
    },
  };
}

/** A random id of sixteen letters and digits. */
function randomId(random: () => number): string {
  const half = () =>
    Math.floor(random() * 36 ** 8)
      .toString(36)
      .padStart(8, "0");
  return half() + half();
}
