import type { Doors, MailDoor, Notice } from "@callboard/core";
import type { RequestId } from "@callboard/protocol";
import type { Secret } from "../../aws/ssm-secret.ts";
import { callFromProcess } from "./process.ts";

/** A mail that was sent. */
interface SentMail {
  readonly to: string;
  readonly id?: string;
  readonly questions: readonly RequestId[];
  /** The tokens in its links for answering, and for unsubscribing. */
  readonly tokens: readonly string[];
  readonly unsubscribeToken?: string;
}

type Outcome = Awaited<ReturnType<MailDoor["send"]>>;

/** Sends each mail by one SES call, which a test can make fail, or, with a password, by SMTP. */
export function fakeMailDoor() {
  const mails: SentMail[] = [];
  const state = {
    /** All mails that were sent. */
    mails,
    /** Decides the outcome of a mail before it is sent. */
    answer: async (_to: string): Promise<Outcome> => ({ outcome: "sent" }),
  };

  async function post(secret: Secret | undefined, mail: SentMail, words: Partial<Notice>): Promise<Outcome> {
    const by = secret
      ? { service: "SMTP", operation: "SendMail" }
      : { service: "SES", operation: "SendEmail" };
    await secret?.();
    return callFromProcess(
      { ...by, request: JSON.stringify({ to: mail.to, ...words }) },
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
  }

  const mail = (secret: Secret | undefined): MailDoor => ({
    send: ({ address: to }, { id, questions, unsubscribeToken }) =>
      post(
        secret,
        {
          to,
          id,
          questions: questions.map(({ requestId }) => requestId),
          tokens: questions.map(({ token }) => token),
          unsubscribeToken,
        },
        { id, questions },
      ),
    confirm: ({ address: to }) => post(secret, { to, questions: [], tokens: [] }, {}),
  });
  return { state, doors: (secret?: Secret): Doors => ({ mail: mail(secret) }) };
}

export type FakeMailDoor = ReturnType<typeof fakeMailDoor>["state"];
