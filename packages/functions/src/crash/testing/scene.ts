import type { Caller } from "@callboard/core";
import { type FeedbackRequested, listChannel, type ServerMessageOf, verbNames } from "@callboard/protocol";
import type { Person, Unnumbered } from "./person.ts";
import { ATTEMPTS } from "./process.ts";
import { channelsOf, execution, requestIdOf, type World } from "./world.ts";

/** A world with Bob and with Ana, who has two devices, one of them offline. */
export interface Scene {
  readonly world: World;
  readonly ana: Person;
  readonly bob: Person;
  ask(more?: Question): void;
  /** Asks a question, and returns after its announcement. */
  asked(more?: Question): Promise<void>;
  reply(more?: object, by?: Person): Promise<ServerMessageOf<"receipt">>;
  progress(step: string, state: string, more?: object): void;
}

/** Options of a question that differ from the defaults. */
type Question = Partial<Omit<FeedbackRequested, "timeoutSeconds">> & { timeoutSeconds?: number | undefined };

export const subject = "video/v_1";
export const firstToken = tokenOf(1);
export const request = () => requestIdOf(firstToken);
export const MINUTE = 60_000;
/** Without a timeout a wait ends with its execution, after a year at most; in seconds. */
const YEAR = 365 * 24 * 3600;

const caller = (id: string): Caller => ({
  id,
  name: id,
  roles: [],
  capabilities: id === "ana" ? ["watch:*", "work:*"] : ["watch:*"],
  expiresAt: Date.UTC(2100, 0, 1),
});

function tokenOf(round: number): string {
  return `AQCkAAAAKgAAAAMAAAAAAAAAAd+${round}==`;
}

export async function openScene(world: World): Promise<Scene> {
  const [watch, work, inbox] = channelsOf(subject, "ana");
  const lists = [...world.lists].flatMap((kind) => [listChannel(kind), listChannel(kind, "user/ana")]);
  const ana = await world.arrive(caller("ana"), "ana");
  await ana.follow(watch!, work!, inbox!, ...lists);
  const phone = await world.arrive(caller("ana"), "phone");
  await phone.follow(watch!, work!, inbox!, ...lists);
  phone.vanish();
  const bob = await world.arrive(caller("bob"), "bob");

  function ask(more: Question = {}): void {
    const round = more.round ?? 1;
    const detail = {
      subject,
      thread: "title",
      round,
      taskToken: tokenOf(round),
      timeoutSeconds: 3600,
      prompt: "Which title?",
      verbs: [...verbNames],
      candidates: [
        { id: "a", title: "A title" },
        { id: "b", title: "Another title" },
      ],
      assignees: ["user/ana"],
      ...more,
    };
    const { taskToken, timeoutSeconds, heartbeatSeconds } = detail;
    const heartbeat = heartbeatSeconds === undefined ? {} : { heartbeatMs: heartbeatSeconds * 1000 };
    world.states.wait({ execution, taskToken, timeoutMs: (timeoutSeconds ?? YEAR) * 1000, ...heartbeat });
    world.report("Feedback Requested", detail);
  }

  return {
    world,
    ana,
    bob,
    ask,
    async asked(more) {
      ask(more);
      await world.pump();
    },
    async reply(more = {}, by = ana) {
      const said = { requestId: request(), replyId: `r-${by.caller.id}`, round: 1, ...more };
      const message = { type: "reply", verb: "pick", candidateId: "a", ...said };
      const answer = await by.say(message as Unnumbered);
      if (answer.type !== "receipt") throw new Error(`no receipt: ${JSON.stringify(answer)}`);
      return answer;
    },
    progress: (step, state, more = {}) =>
      world.report("Progress Reported", { subject, step, state, at: world.now(), ...more }),
  };
}

/** A question and an accepted answer. */
export const answered = async (scene: Scene) => {
  await scene.asked();
  await scene.reply();
};

/** An answer that reached the execution, although no confirmation arrived. */
export const unconfirmed = async (scene: Scene) => {
  await answered(scene);
  // The first try of the SDK takes effect; the answers to all tries are lost.
  scene.world.states.loseAnswers(ATTEMPTS);
  await scene.world.pump();
};
