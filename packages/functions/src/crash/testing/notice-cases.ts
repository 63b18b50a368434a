import { MINUTE, type Scene, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";

const soon = { notifyAfterSeconds: 60 };

/** A question that nobody opens, to a person with an address. */
async function unopened({ world, asked }: Scene, more: object = {}): Promise<void> {
  await world.reach("ana");
  await asked({ ...soon, ...more });
}

const telling = (name: string, more: Partial<UseCase> = {}): UseCase => ({
  name,
  of: ["notify", "Notice Due"],
  prepare: (scene) => unopened(scene),
  act: ({ world }) => world.settle(3 * MINUTE),
  ends: ["open"],
  told: 1,
  ...more,
});

/** Notices to people elsewhere. */
export const notices: readonly UseCase[] = [
  telling("a question that nobody opened, by SMTP", { smtp: true }),
  telling("a question that nobody opened, for the first time"),
  telling("a question that nobody opened", {
    prepare: async (scene) => {
      await unopened(scene);
      // The person was notified before: there is a key, and a turn.
      await scene.world.settle(3 * MINUTE);
      scene.ask({ ...soon, thread: "other", round: 2 });
      await scene.world.pump();
    },
    ends: ["open", "open"],
    told: 2,
  }),
  telling("a question that a role is asked", {
    prepare: async (scene) => {
      await scene.world.reach("eve", { roles: ["role/editors"] });
      await unopened(scene, { assignees: ["user/ana", "role/editors"] });
    },
    told: 2,
  }),
  telling("several questions at once", {
    prepare: async (scene) => {
      await unopened(scene);
      for (let n = 2; n <= 6; n++) scene.ask({ ...soon, thread: `t${n}`, round: n });
      await scene.world.pump();
    },
    ends: Array.from({ length: 6 }, () => "open"),
    told: 6,
    mails: 1,
  }),
  telling("a reminder of it", {
    prepare: async (scene) => {
      await unopened(scene, { remindAfterSeconds: 300 });
      await scene.world.settle(4 * MINUTE);
    },
    act: ({ world }) => world.settle(10 * MINUTE),
    told: 1,
    mails: 2,
    timesEach: 2,
  }),
  telling("a question about long proposals", {
    prepare: async (scene) => {
      const description = "Why. ".repeat(400);
      scene.world.report("Candidates Proposed", {
        subject,
        thread: "title",
        round: 1,
        source: "writer",
        candidates: ["a", "b", "c"].map((id) => ({ id, title: id, description })),
      });
      await scene.world.pump();
      await unopened(scene, { candidates: undefined });
    },
  }),
  telling("an address that takes no mail", {
    prepare: async (scene) => {
      await unopened(scene);
      scene.world.mail.answer = async () => ({ outcome: "refused", reason: "bad_address" });
    },
    told: 0,
  }),
  telling("a mail that is tried again", {
    prepare: async (scene) => {
      await unopened(scene);
      let tries = 0;
      scene.world.mail.answer = async () =>
        tries++ === 0 ? { outcome: "again", reason: "throttled" } : { outcome: "sent" };
    },
    act: ({ world }) => world.settle(10 * MINUTE),
  }),
  telling("a bounce", {
    of: ["notify", "Email Bounced"],
    prepare: async (scene) => {
      await unopened(scene);
      await scene.world.settle(3 * MINUTE);
    },
    async act({ world }) {
      const { to, unsubscribeToken } = world.mail.mails[0]!;
      const value = `<https://api.example/unsubscribe/${unsubscribeToken}>`;
      world.bus.accept("aws.ses", "Email Bounced", {
        mail: { headers: [{ name: "List-Unsubscribe", value }] },
        bounce: { bounceType: "Permanent", bouncedRecipients: [{ emailAddress: to }] },
      });
      await world.pump();
    },
  }),
  telling("an address that somebody says to be theirs", {
    of: ["notify", "Address Claimed"],
    prepare: async (scene) => {
      await scene.asked();
      await scene.world.reach("ana", { own: { address: { address: "own@example.com" } } });
    },
    async act({ world }) {
      world.bus.accept("callboard", "Address Claimed", { person: world.keyOf("ana") });
      await world.settle(MINUTE);
    },
  }),
];
