import { type AskOptions, ask, expand, report, type States } from "@callboard/asl";
import {
  createEndpoint,
  createStates,
  type Endpoint,
  memoryStore,
  systemClock,
  tasks,
} from "@callboard/aws-local";
import { type Callboard, CallboardError, type Channel, connect, type Receipt } from "@callboard/client";
import { type Devtools, type Inspected, mountDevtools } from "@callboard/client/devtools";
import {
  answerForm,
  type ConnectionView,
  connectionView,
  type FormReading,
  readForm,
} from "@callboard/client/headless";
import { type FakeCallboard, type FakeQuestion, fakeCallboard } from "@callboard/client/testing";
import { type ClientMessage, parseChannel } from "@callboard/protocol";
import { FeedbackRequested } from "@callboard/protocol/events";
import { RequestValue } from "@callboard/protocol/values";
import { createSigningKey, createTokenMint, type TokenMint } from "@callboard/tokens";

// Each line names a promised type: if one became `any`, the errors below would be missing.

export const channel: Channel = "watch:video/v_1";
export const kind: "watch" | "work" | "inbox" | "list" = parseChannel(channel).kind;
export const message: ClientMessage = { type: "ping", id: "m1", at: {} };
export const question: FeedbackRequested["taskToken"] = "token";
export const asked = (value: unknown): RequestValue => RequestValue.parse(value);
export const asks = FeedbackRequested;

export const reading: FormReading = readForm(answerForm({ type: "string" }), "x");
// @ts-expect-error: no state of a form
readForm(answerForm({}), () => {});

export function open(url: string): Callboard {
  const callboard = connect({ url, token: () => "token" });
  callboard.channel(channel).follow((changed) => {
    for (const { key, offset } of changed) console.log(key.length + offset);
  });
  // @ts-expect-error: a URL is a text
  connect({ url: 1, token: () => "token" });
  // @ts-expect-error: not the name of a channel
  callboard.channel("videos");
  return callboard;
}

export function describe(callboard: Callboard): ConnectionView["kind"] {
  // @ts-expect-error: a time is a number
  connectionView(callboard.state, "now", true);
  return connectionView(callboard.state, callboard.now(), true).kind;
}

export async function answer(callboard: Callboard): Promise<Receipt["status"]> {
  try {
    return (await callboard.reply({ requestId: "req_0123456789", round: 1, verb: "approve" })).status;
  } catch (cause) {
    if (cause instanceof CallboardError && cause.code === "timeout") return "refused";
    throw cause;
  }
}

const about = { bus: "callboard", source: "newsroom", subject: "article/a_1" };
const asking: AskOptions = {
  ...about,
  name: "Ask",
  thread: "headline",
  prompt: "Shall it go out?",
  verbs: ["approve", "reject"],
  assignees: "{% $states.input.editors %}",
  TimeoutSeconds: 3600,
  Next: "Done",
  Unanswered: "Done",
};
export const states: States = {
  ...report({ ...about, name: "Report", step: "headline", state: "started", Next: "Ask" }),
  ...ask(asking),
};
export const definition: { [field: string]: unknown } = expand({ StartAt: "Done", States: { Done: {} } });
// @ts-expect-error: not an existing verb
ask({ ...asking, verbs: ["accept"] });
// @ts-expect-error: a state leads to another or ends, not both
ask({ ...asking, End: true });
// @ts-expect-error: how long it waits is missing
ask({ ...asking, TimeoutSeconds: undefined });

export async function mint(): Promise<TokenMint> {
  const made = createTokenMint({ privateKey: await createSigningKey(), issuer: "https://shop.example" });
  // @ts-expect-error: the assignees are missing
  void (() => made.mint({ roles: ["editors"] }));
  return made;
}

export function serve(): Promise<Endpoint> {
  const states = createStates({ clock: systemClock, store: memoryStore(), integrations: tasks([], {}) });
  // @ts-expect-error: it listens only on the loopback
  void (() => createEndpoint({ host: "0.0.0.0", port: 0, services: [] }));
  return createEndpoint({ port: 0, services: [states] });
}

export function inspect(callboard: Inspected, place: HTMLElement): Devtools {
  // @ts-expect-error: a place is an element
  void (() => mountDevtools(callboard, "#tools"));
  return mountDevtools(callboard, place);
}

export async function tryOut(): Promise<FakeQuestion["answers"]> {
  const fake: FakeCallboard = fakeCallboard({ seed: 7 });
  // @ts-expect-error: no state of a step
  void (() => fake.report({ subject: "order/7", step: "pack", state: "packing" }));
  // @ts-expect-error: nobody is asked
  void (() => fake.ask({ subject: "order/7", prompt: "Ship it?", verbs: ["approve"] }));
  const callboard = connect({ ...fake.as("user/ana"), name: "test" });
  const assignees = ["user/ana"] as const;
  const question = await fake.ask({ subject: "order/7", prompt: "Ship it?", verbs: ["approve"], assignees });
  await callboard.reply({ requestId: question.requestId, round: question.round, verb: "approve" });
  await fake.settled();
  callboard.close();
  return question.answers;
}
