import type { Channel, OutEvent, Principal } from "@callboard/protocol";
import fc from "fast-check";
import type { Caller } from "../../access/principal.ts";
import { ana, executionArn, handle, memoryStage } from "../../testing/memory-stage.ts";

/** The people, each with their principals and whether they own the subject or may answer by capability. */
const person = (id: string, more: Partial<Caller> = {}): Caller => ({ ...ana, id, name: id, ...more });
export const people = {
  ana: person("ana"),
  ben: person("ben"),
  eve: person("eve", { roles: ["role/editors"] }),
  owner: person("owner"),
  able: person("able", { capabilities: ["watch:*", "work:*", "answer:video/*"] }),
  stranger: person("stranger"),
} as const;
export type Who = keyof typeof people;

export const askable: readonly Principal[] = ["user/ana", "user/ben", "role/editors", "user/eve"];
/** Some of them, at least one. */
export const someAskable = fc.subarray([...askable], { minLength: 1 });
export const threads = ["title", "summary"] as const;

class BusIsOut extends Error {}

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** The complete domain in memory, on a bus that can be broken, with people who follow everything they may. */
export async function makeWorld() {
  const stage = memoryStage({ lists: new Set(["video"]) });
  const { app, queue, ports, wakeups } = stage;
  let nextPollAt = stage.now() + 60_000;
  /** The times of failures that only the clock or a repeated event repairs. */
  const troubles: number[] = [];
  /** Events from workflows and Step Functions that can be repeated. */
  const sentEvents: (() => Promise<unknown>)[] = [];
  let outFor = 0;

  const put = ports.bus.put;
  (ports.bus as { put: typeof put }).put = async (events) => {
    if (outFor > 0) {
      outFor--;
      troubles.push(stage.now());
      throw new BusIsOut();
    }
    return put(events);
  };

  /** Runs work that may fail while the bus is down; returns whether it succeeded. */
  async function survives(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof BusIsOut)) throw error;
      return false;
    }
  }

  /** Handles an event; if that fails, the event comes once more, as with AWS. */
  async function take(event: OutEvent): Promise<void> {
    if (!(await survives(() => handle(app, event)))) await survives(() => handle(app, event));
  }
  async function pump(): Promise<void> {
    for (let event = queue.shift(); event; event = queue.shift()) await take(event);
  }

  await stage.report({ step: "probe", state: "started", owners: ["user/owner"] });
  const clients = Object.entries(people).map(([id, caller]) => ({
    caller,
    client: stage.client(`of-${id}`, caller),
    channels: [
      "watch:video/v_1",
      "work:video/v_1",
      `inbox:user/${id}`,
      ...caller.roles.map((r) => `inbox:${r}`),
      "list:video",
      `list:video/user/${id}`,
    ] as Channel[],
  }));
  for (const { client, channels } of clients) for (const channel of channels) await client.follow(channel);

  return {
    stage,
    clients,
    troubles,
    sentEvents,
    take,
    pump,
    survives,
    now: stage.now,
    /** The next puts throw, as if the process died before them. */
    breakBus(puts: number) {
      outFor = puts;
    },
    repairBus() {
      outFor = 0;
    },
    /** Loses the events on the bus. */
    drop() {
      if (queue.length > 0) troubles.push(stage.now());
      queue.length = 0;
    },
    /** Sends an event from outside, and again if handling it failed, unless it is then lost. */
    async sendFromOutside(event: () => Promise<unknown>, again = true): Promise<void> {
      sentEvents.push(event);
      if (!(await survives(event)) && again) await survives(event);
    },
    /** Moves time on; then the clock takes the messages that have arrived and polls, if its minute is over. */
    async poll(ms: number): Promise<void> {
      stage.pass(ms);
      for (let come = wakeups.take(10); come.length > 0; come = wakeups.take(10)) {
        const failed = await app.clock.wake(come);
        await wakeups.send(failed.map((one) => ({ ...one, at: stage.now() + 4000 })));
      }
      if (stage.now() >= nextPollAt) {
        nextPollAt = stage.now() + 60_000;
        await survives(() => app.clock.pollDue());
      }
      await pump();
    },
    arn: (execution: number) => `${executionArn}-${execution}`,
  };
}
