import type { Verb } from "@callboard/protocol";
import { ATTEMPTS } from "./process.ts";
import { answered, firstToken, unconfirmed } from "./scene.ts";
import type { UseCase } from "./use-case.ts";

const fieldsOf: Readonly<Record<Verb, object>> = {
  pick: { candidateId: "b" },
  edit: { value: { title: "Mine" }, comment: "Better." },
  approve: {},
  answer: { value: 7 },
  regenerate: { comment: "Shorter." },
  reject: {},
};

const replies: readonly UseCase[] = Object.entries(fieldsOf).map(([verb, more], n) => ({
  name: `a reply: ${verb}`,
  ...(n === 0 ? {} : { alike: true }),
  of: ["socket", "reply"],
  prepare: (scene) => scene.asked(),
  act: (scene) => scene.reply({ candidateId: undefined, verb, ...more }),
  ends: ["relayed"],
  puts: ["Feedback Relayed"],
}));

/** Answers, and other events at the same time. */
export const answers: readonly UseCase[] = [
  ...replies,
  {
    name: "a reply by an owner",
    alike: true,
    of: ["socket", "reply"],
    prepare: async ({ progress, asked }) => {
      progress("mp4", "started", { owners: ["user/bob"] });
      await asked();
    },
    act: ({ reply, bob }) => reply({}, bob),
    ends: ["relayed"],
  },
  {
    name: "two replies at the same moment",
    of: ["socket", "reply"],
    prepare: ({ asked }) => asked({ assignees: ["user/ana", "user/bob"] }),
    act: ({ reply, ana, bob }) => Promise.all([reply({}, ana), reply({ verb: "reject" }, bob)]),
    ends: ["relayed"],
  },
  {
    name: "announcing an answer",
    of: ["ingest", "Request Changed"],
    prepare: async ({ asked, world }) => {
      await asked();
      world.states.loseAnswers(ATTEMPTS);
    },
    act: ({ reply }) => reply(),
    ends: ["relayed"],
  },
  {
    name: "announcing what happened to an answer",
    of: ["ingest", "Request Changed"],
    prepare: unconfirmed,
    act: ({ world }) => world.settle(),
    ends: ["relayed"],
    puts: ["Feedback Relayed"],
  },
  {
    name: "an answer and a newer round at the same moment",
    of: ["ingest", "Feedback Requested"],
    prepare: ({ asked }) => asked(),
    act: async ({ ask, reply }) => {
      ask({ round: 2 });
      await reply();
    },
    ends: ["relayed", "open"],
  },
];

/** How answers reach their executions. */
export const relays: readonly UseCase[] = [
  {
    name: "relaying an answer",
    of: ["relay", "Reply Accepted"],
    prepare: answered,
    act: ({ world }) => world.pump(),
    ends: ["relayed"],
    puts: ["Feedback Relayed"],
  },
  {
    name: "relaying an answer again after a lost confirmation",
    of: ["relay", "Request Due"],
    prepare: unconfirmed,
    act: ({ world }) => world.settle(),
    ends: ["relayed"],
  },
  {
    name: "relaying an answer to a wait that has ended",
    of: ["relay", "Reply Accepted"],
    prepare: async (scene) => {
      await answered(scene);
      scene.world.states.endWait(firstToken);
    },
    act: ({ world }) => world.pump(),
    ends: ["undeliverable"],
    puts: ["Feedback Undeliverable"],
  },
];
