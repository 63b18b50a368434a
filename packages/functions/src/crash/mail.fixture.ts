import type { Doors, MailDoor, Notice } from "@callboard/core";
import type { RequestId } from "@callboard/protocol";
import { callFromProcess } from "./process.fixture.ts";

/** A mail that was sent. */
interface SentMail {
  readonly to: string;
  readonly id?: string;
  readonly questions: readonly RequestId[];
  /** By which they are answered, and by which there are no more. */
  readonly tokens: readonly string[];
  readonly unsubscribeToken?: string;
}

type Outcome = Awaited<ReturnType<MailDoor["send"]>>;

/** What mails are sent by: a call of SES each, which a test can have fail. */
export function fakeMailDoor() {
  const mails: SentMail[] = [];
  const state = {
    /** All that were sent. */
    mails,
    /** What becomes of a mail, before it is sent. */
    answer: async (_to: string): Promise<Outcome> => ({ outcome: "sent" }),
  };

  const post = (mail: SentMail, words: Partial<Notice>): Promise<Outcome> =>
    callFromProcess(
      { service: "SES", operation: "SendEmail", asks: JSON.stringify({ to: mail.to, ...words }) },
      {
        async effect() {
          const outcome = await state.answer(mail.to);
          if (outcome.outcome === "sent") mails.push(mail);
          return outcome;
        },
        brokenAnswer: (): Outcome => ({ outcome: "again", reason: "down" }),
        discard() {},
      },
    );

  const mail: MailDoor = {
    send: ({ address: to }, { id, questions, unsubscribeToken }) =>
      post(
        {
          to,
          id,
          questions: questions.map(({ requestId }) => requestId),
          tokens: questions.map(({ token }) => token),
          unsubscribeToken,
        },
        { id, questions },
      ),
    confirm: ({ address: to }) => post({ to, questions: [], tokens: [] }, {}),
  };
  return { state, doors: { mail } satisfies Doors };
}

export type FakeMailDoor = ReturnType<typeof fakeMailDoor>["state"];
