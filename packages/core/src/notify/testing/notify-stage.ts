import type { RequestId } from "@callboard/protocol";
import { createNotify } from "../../app.ts";
import { eachLimited } from "../../channel/each-limited.ts";
import type {
  Addressee,
  DoorClaims,
  DoorOutcome,
  MailDoor,
  MailTarget,
  Notice,
  OwnSettings,
  Ports,
  Reach,
  WebhookTarget,
} from "../../ports/index.ts";
import { memoryStage } from "../../testing/memory-stage.ts";
import type { Doors } from "../notify-person.ts";

/** What went through a door. */
interface Passed<T> {
  readonly target: T;
  readonly notice: Notice;
  readonly outcome: DoorOutcome["outcome"];
}

const sent: DoorOutcome = { outcome: "sent" };

/** A door that a test can let fail, or hold. */
function fakeDoor<T>() {
  const passed: Passed<T>[] = [];
  const state = {
    passed,
    /** The outcome of the next notices. */
    answer: (_target: T, _notice: Notice): DoorOutcome | Promise<DoorOutcome> => sent,
    /** The notices that were sent to a person. */
    sentTo: (user: string) =>
      passed.filter(({ notice, outcome }) => notice.to.user === user && outcome === "sent"),
  };
  return {
    state,
    async send(target: T, notice: Notice): Promise<DoorOutcome> {
      const outcome = await state.answer(target, notice);
      passed.push({ target, notice, outcome: outcome.outcome });
      return outcome;
    },
  };
}

/** A mail door that a test can inspect. */
function fakeMail() {
  const codes: { readonly address: string; readonly to: Addressee; readonly code: string }[] = [];
  const door = fakeDoor<MailTarget>();
  let confirming: DoorOutcome = sent;
  const mail: MailDoor & typeof door = {
    ...door,
    async confirm({ address }, to, code) {
      codes.push({ address, to, code });
      return confirming;
    },
  };
  return {
    ...mail,
    codes,
    confirmAs(outcome: DoorOutcome) {
      confirming = outcome;
    },
  };
}

export type NotifyStage = ReturnType<typeof notifyStage>;

/** The complete domain in memory with `notify`: the test pumps the bus, and the clock's polls find what is due. */
export function notifyStage({
  doors: given,
  ...overrides
}: Partial<Ports> & { readonly doors?: Doors } = {}) {
  const stage = memoryStage(overrides);
  const mail = fakeMail();
  const webhook = fakeDoor<WebhookTarget>();
  const sealed = new Map<string, DoorClaims>();
  let handled = 0;
  const ports = {
    ...stage.ports,
    doors: given ?? { mail, webhook },
    doorTokens: {
      async seal(claims: DoorClaims) {
        const token = `token-${sealed.size}`.padEnd(20, ".");
        sealed.set(token, claims);
        return token;
      },
    },
  };
  const { notify } = createNotify(ports);
  const keyOf = (user: string) => stage.ports.ids.hash(`user/${user}`);

  /** Handles each Notice Due on the bus, `times` at once. */
  async function handleNotices(times = 1): Promise<number> {
    const due = stage.put.slice(handled).filter((event) => event.type === "Notice Due");
    handled = stage.put.length;
    await eachLimited(
      due.flatMap((event) => Array.from({ length: times }, () => event.requestId)),
      100,
      (id) => notify.noticeDue(id),
    );
    return due.length;
  }

  return {
    ...stage,
    notify,
    notifyPorts: ports,
    mail: mail.state,
    codes: mail.codes,
    confirmAs: mail.confirmAs,
    webhook: webhook.state,
    sealed,
    keyOf,
    handleNotices,
    /** Connects a person with a token, and sets how they are reached. */
    async reach(user: string, own: OwnSettings = {}, more: Partial<Reach> = {}): Promise<string> {
      const key = keyOf(user);
      const before = await stage.ports.reach.read(key);
      await stage.ports.reach.replace(before, {
        key,
        person: { id: user, name: `${user[0]!.toUpperCase()}${user.slice(1)}` },
        rev: (before?.rev ?? 0) + 1,
        roles: [],
        issuer: { address: `${user}@example.com` },
        own,
        at: stage.now(),
        ...more,
      });
      return key;
    },
    paused: async (user: string) => (await stage.ports.reach.read(keyOf(user)))?.own.paused,
    request: (id: RequestId) => stage.requests.all().find((request) => request.id === id)!,
    /** Moves time on: minute by minute due events are put, and people are notified. */
    async live(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 60_000) {
        await stage.advance(Math.min(60_000, left));
        await handleNotices();
      }
    },
  };
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
