import { MINUTE, type Scene, subject } from "./scene.ts";
import type { UseCase } from "./use-case.ts";

const soon = { notifyAfterSeconds: 60 };

/** Asks a person with an address a question that nobody opens. */
async function unopened({ world, asked }: Scene, more: object = {}): Promise<void> {
  await world.reach("ana");
  await asked({ ...soon, ...more });
}

const notice = (name: string, more: Partial<UseCase> = {}): UseCase => ({
  name,
  of: ["notify", "Notice Due"],
  prepare: (scene) => unopened(scene),
  act: ({ world }) => world.settle(3 * MINUTE),
  ends: ["open"],
  notified: 1,
  ...more,
});

/** Notices to people who are away. */
export const notices: readonly UseCase[] = [
  notice("a notice by SMTP", { smtp: true }),
  notice("a person's first notice"),
  notice("a notice", {
    prepare: async (scene) => {
      await unopened(scene);
      // The person was notified before, so the signing key and the person's notice turn exist.
      await scene.world.settle(3 * MINUTE);
      scene.ask({ ...soon, thread: "other", round: 2 });
      await scene.world.pump();
    },
    ends: ["open", "open"],
    notified: 2,
  }),
  notice("a notice of a question to a role", {
    prepare: async (scene) => {
      await scene.world.reach("eve", { roles: ["role/editors"] });
      await unopened(scene, { assignees: ["user/ana", "role/editors"] });
    },
    notified: 2,
  }),
  notice("a notice of several questions", {
    prepare: async (scene) => {
      await unopened(scene);
      for (let n = 2; n <= 6; n++) scene.ask({ ...soon, thread: `t${n}`, round: n });
      await scene.world.pump();
    },
    ends: Array.from({ length: 6 }, () => "open"),
    notified: 6,
    mails: 1,
  }),
  notice("a notice of a reminder", {
    prepare: async (scene) => {
      await unopened(scene, { remindAfterSeconds: 300 });
      await scene.world.settle(4 * MINUTE);
    },
    act: ({ world }) => world.settle(10 * MINUTE),
    notified: 1,
    mails: 2,
    timesEach: 2,
  }),
  notice("a notice with long proposals", {
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
  notice("a notice to an address that refuses it", {
    prepare: async (scene) => {
      await unopened(scene);
      scene.world.mail.answer = async () => ({ outcome: "refused", reason: "bad_address" });
    },
    notified: 0,
  }),
  notice("a notice that is sent again", {
    prepare: async (scene) => {
      await unopened(scene);
      let tries = 0;
      scene.world.mail.answer = async () =>
        tries++ === 0 ? { outcome: "again", reason: "throttled" } : { outcome: "sent" };
    },
    act: ({ world }) => world.settle(10 * MINUTE),
  }),
  notice("a bounce", {
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
  notice("a code for a claimed address", {
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
