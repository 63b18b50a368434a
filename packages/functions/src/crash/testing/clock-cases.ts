import { firstToken, MINUTE, request } from "./scene.ts";
import type { UseCase } from "./use-case.ts";

/** Work that the clock starts. */
export const dueWork: readonly UseCase[] = [
  {
    name: "a deadline with a default",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) => asked({ deadlineSeconds: 60, default: { verb: "pick", candidateId: "a" } }),
    act: ({ world }) => world.settle(),
    ends: ["relayed"],
    puts: ["Reply Accepted"],
  },
  {
    name: "a deadline without a default",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) => asked({ deadlineSeconds: 60 }),
    act: ({ world }) => world.settle(),
    ends: ["expired"],
    puts: ["Feedback Expired"],
  },
  {
    name: "a reminder",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) => asked({ remindAfterSeconds: 60 }),
    act: ({ world }) => world.settle(),
    ends: ["open"],
    puts: ["Feedback Reminded"],
  },
  {
    name: "an escalation",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) => asked({ escalate: { afterSeconds: 60, to: ["user/bob"] } }),
    act: ({ world }) => world.settle(),
    ends: ["open"],
    puts: ["Feedback Escalated"],
  },
  {
    name: "a reminder and an escalation due at the same time",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) =>
      asked({ remindAfterSeconds: 60, escalate: { afterSeconds: 60, to: ["user/bob"] } }),
    act: ({ world }) => world.settle(),
    ends: ["open"],
    puts: ["Feedback Reminded", "Feedback Escalated"],
  },
  {
    name: "a probe of a wait",
    of: ["relay", "Request Due"],
    prepare: ({ asked }) => asked({ heartbeatSeconds: 600 }),
    act: ({ world }) => world.settle(15 * MINUTE),
    ends: ["open"],
  },
  {
    name: "a probe of a wait that has ended",
    of: ["relay", "Request Due"],
    prepare: async ({ asked, world }) => {
      await asked();
      world.states.endWait(firstToken);
    },
    act: ({ world }) => world.settle(6 * MINUTE),
    ends: ["withdrawn"],
  },
  {
    name: "a poll that finds a row due soon",
    of: ["clock", "poll"],
    prepare: ({ asked }) => asked({ deadlineSeconds: 130 }),
    act: ({ world }) => world.settle(MINUTE),
    ends: ["expired"],
  },
  {
    name: "a poll that finds an overdue row",
    of: ["clock", "poll"],
    prepare: async ({ asked, world }) => {
      await asked({ deadlineSeconds: 30 });
      world.queue.lose();
    },
    act: ({ world }) => world.settle(),
    ends: ["expired"],
    overdueMs: MINUTE,
  },
  {
    name: "a wake-up for a deadline",
    of: ["clock", "wake-up"],
    prepare: ({ asked }) => asked({ deadlineSeconds: 3 }),
    act: ({ world }) => world.settle(),
    ends: ["expired"],
  },
  {
    name: "a wake-up for a row that is no longer due",
    of: ["clock", "wake-up"],
    prepare: async ({ asked, world }) => {
      await asked();
      await world.settle(MINUTE);
    },
    act: async ({ ana, world }) => {
      const deadline = world.now() + 20 * MINUTE;
      await ana.say({ type: "extend", requestId: request(), deadline });
      await world.settle(10_000);
    },
    ends: ["open"],
  },
];
