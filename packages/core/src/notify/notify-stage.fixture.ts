import type { RequestId } from "@callboard/protocol";
import { createNotify } from "../app.ts";
import { eachLimited } from "../channel/each-limited.ts";
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
} from "../ports/index.ts";
import { memoryStage } from "../testing/memory-stage.ts";
import type { Doors } from "./notify-person.ts";

/** What went through a door. */
interface Passed<T> {
  readonly target: T;
  readonly notice: Notice;
  readonly outcome: DoorOutcome["outcome"];
}

const sent: DoorOutcome = { outcome: "sent" };

/** A door that a test can have fail, or hold. */
function fakeDoor<T>() {
  const passed: Passed<T>[] = [];
  const state = {
    passed,
    /** What becomes of a notice. */
    answer: (_target: T, _notice: Notice): DoorOutcome | Promise<DoorOutcome> => sent,
    /** Notices that went through, by whom they were for. */
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

/** A mail door that a test can look into. */
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

/** The whole domain on memory with `notify` beside it: the bus is pumped by hand, and the clock's polls bring what is due. */
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

  /** Handles each Notice Due that was put, so often at once. */
  async function tell(times = 1): Promise<number> {
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
    tell,
    /** Somebody came with a token, and chose how they are reached. */
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
    /** Time goes by: what is due is put, and people are told, minute by minute. */
    async live(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 60_000) {
        await stage.advance(Math.min(60_000, left));
        await tell();
      }
    },
  };
}

export const minute = 60_000;
export const hour = 60 * minute;
