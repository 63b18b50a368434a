import { cryptoIds, ServiceError, systemClock } from "@callboard/functions";
import { type CheckInput, checkMachine } from "@callboard/functions/deployment";
import type { Channel, Item, RequestId, ServerMessage } from "@callboard/protocol";
import { type Connected, connectWith, readToken, unanswered } from "./connecting.ts";
import { failureOf, findCause, type Missing, type Traces } from "./evidence.ts";
import {
  BrokenLink,
  broken,
  deniedAction,
  findingOfFailure,
  findingOfLateness,
  findingOfPush,
} from "./finding.ts";
import { overHttp } from "./over-http.ts";
import type { Held, Try } from "./steps.ts";
import type { Target } from "./target.ts";

/** How long each link may take, and how long to search for the cause of a broken one. */
export interface Patience {
  readonly linkMs: number;
  readonly causeMs: number;
}

const POLL_MS = 250;

/** The clock repairs a missed relay after five seconds. */
const LATE_MS = 4_500;

/** Tests the whole way and leaves nothing running. Rejects with the `BrokenLink` that it has reported. */
export async function walk(target: Target, patience: Patience, trying: Try): Promise<void> {
  const claims = await trying("token", () => readToken(target));
  const connected = await trying("connect", () => connectWith(target, claims, patience.linkMs));
  try {
    const traces = await trying("start", () => start(target, connected));
    try {
      const way = createWay(target, patience, connected, traces);
      await trying("report", way.report);
      const requestId = await trying("question", way.question);
      if (target.httpUrl !== undefined) await trying("http", () => overHttp(target, requestId));
      const replyId = await trying("answer", () => way.answer(requestId));
      await trying("execution", way.execution);
      await trying("receipt", () => way.receipt(replyId));
    } finally {
      await stop(target, traces);
    }
  } finally {
    connected.link.close();
  }
}

async function start({ states, stateMachineArn }: Target, { user }: Connected): Promise<Held<Traces>> {
  const name = `check-${cryptoIds.random()}`;
  const subject = `${checkMachine.subjects}${name.slice("check-".length)}`;
  const input: CheckInput = { subject, owner: user };
  try {
    const { executionArn } = await states.call("AWSStepFunctions.StartExecution", {
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    return { value: { subject, executionArn: String(executionArn) }, detail: `${subject}` };
  } catch (error) {
    const { name: code, message } = error as Error;
    const action = error instanceof ServiceError ? deniedAction(message) : undefined;
    throw broken(
      `no execution could be started: ${code}: ${message.split("\n")[0]}`,
      action
        ? `the credentials of this command lack ${action}`
        : /StateMachineDoesNotExist|InvalidArn/.test(code)
          ? "CHECK_STATE_MACHINE_ARN belongs to another stage, or the deployed stage is older than this command"
          : "the credentials, the Region or the network of this command",
      "the output check of sst deploy, and the credentials: states:StartExecution, states:DescribeExecution, states:GetExecutionHistory, states:StopExecution on it",
    );
  }
}

/** After a failure an execution may still wait: it is stopped, which also withdraws its question. */
async function stop({ states }: Target, { executionArn }: Traces): Promise<void> {
  try {
    const { status } = await states.call("AWSStepFunctions.DescribeExecution", { executionArn });
    if (status === "RUNNING")
      await states.call("AWSStepFunctions.StopExecution", {
        executionArn,
        error: "CheckEnded",
        cause: "callboard check has ended",
      });
  } catch {
    // It ends by itself, and its question with it.
  }
}

function createWay(target: Target, patience: Patience, { link, inbox }: Connected, traces: Traces) {
  const work = `work:${traces.subject}` as Channel;
  let subs = 1;

  /**
   * The items that a new follower of a channel gets; undefined when it may not be followed, or nothing
   * answers.
   */
  async function itemsNow(channel: Channel): Promise<readonly Item[] | undefined> {
    const channels = { [channel]: { sub: ++subs } };
    const answer = await link.ask({ type: "subscribe", channels }, patience.linkMs);
    if (answer?.type !== "subscribed") throw unanswered("a subscription", answer, link);
    const of = answer.channels[channel];
    return of && "items" in of ? of.items : undefined;
  }

  /** The first pushed item of a channel that fits. */
  async function pushed(channel: Channel, fits: (item: Item) => boolean): Promise<Item | undefined> {
    const itemsIn = (message: ServerMessage) =>
      message.type === "delta" && message.channel === channel ? message.items.filter(fits) : [];
    const delta = await link.next((message) => itemsIn(message).length > 0, patience.linkMs);
    return delta && itemsIn(delta)[0];
  }

  /** Why nothing came: it is in the table but was not pushed, or an earlier function failed. */
  async function whyNot(
    channel: Channel,
    fits: (item: Item) => boolean,
    missing: Missing,
  ): Promise<BrokenLink> {
    const seen = await itemsNow(channel);
    if (seen?.some(fits)) return new BrokenLink(findingOfPush(missing.what));
    return new BrokenLink(await findCause(target, traces, missing, systemClock.now() + patience.causeMs));
  }

  return {
    /** Before its first report is processed the subject has no owner, so nobody may follow it. */
    async report(): Promise<Held<void>> {
      const until = systemClock.now() + patience.linkMs;
      for (;;) {
        const items = await itemsNow(work);
        if (items?.some(({ key }) => key.endsWith(`/${checkMachine.step}`)))
          return { value: undefined, detail: "processed, and its owner may follow it" };
        const failure = await failureOf(target, traces.executionArn);
        if (failure) throw new BrokenLink(findingOfFailure(failure));
        if (systemClock.now() > until) break;
        await systemClock.wait(POLL_MS);
      }
      const missing = { what: "the report of the execution", by: "ingest" };
      throw new BrokenLink(
        await findCause(
          target,
          traces,
          { ...missing, what: `${missing.what} was not processed` },
          systemClock.now() + patience.causeMs,
        ),
      );
    },

    async question(): Promise<Held<RequestId>> {
      const fits = ({ key, value }: Item) =>
        key.startsWith("request/") && (value as { subject?: string } | null)?.subject === traces.subject;
      const item = await pushed(inbox as Channel, fits);
      if (!item) throw await whyNot(inbox as Channel, fits, { what: "the question", by: "ingest" });
      const requestId = item.key.slice("request/".length) as RequestId;
      traces.requestId = requestId;
      return { value: requestId, detail: `${requestId}, pushed to its inbox` };
    },

    async answer(requestId: RequestId): Promise<Held<string>> {
      const replyId = `check-${cryptoIds.random()}`;
      const receipt = await link.ask(
        { type: "reply", requestId, replyId, round: 1, verb: "approve" },
        patience.linkMs,
      );
      if (receipt?.type !== "receipt") throw unanswered("the answer", receipt, link);
      if (receipt.status !== "accepted")
        throw broken(
          `the answer was refused: ${receipt.code}`,
          "somebody else answered it, it was withdrawn, or the deadline has passed",
          `npx callboard ledger ${traces.executionArn}`,
        );
      return { value: replyId, detail: "accepted" };
    },

    async execution(): Promise<Held<void>> {
      const begun = systemClock.now();
      const until = begun + patience.linkMs;
      do {
        const { status } = await target.states.call("AWSStepFunctions.DescribeExecution", {
          executionArn: traces.executionArn,
        });
        if (status === "SUCCEEDED") {
          const tookMs = systemClock.now() - begun;
          if (tookMs > LATE_MS) throw new BrokenLink(findingOfLateness(tookMs));
          return { value: undefined, detail: "resumed with the answer, and has ended" };
        }
        if (status !== "RUNNING") break;
        await systemClock.wait(POLL_MS);
      } while (systemClock.now() <= until);
      const missing = { what: "the execution did not resume with the answer", by: "relay" };
      throw new BrokenLink(await findCause(target, traces, missing, systemClock.now() + patience.causeMs));
    },

    async receipt(replyId: string): Promise<Held<void>> {
      const fits = ({ key, value }: Item) =>
        key === `receipt/${replyId}` && (value as { status?: string } | null)?.status === "relayed";
      const item = await pushed(inbox as Channel, fits);
      if (!item)
        throw await whyNot(inbox as Channel, fits, {
          what: "the receipt that the workflow has the answer",
          by: "ingest",
        });
      return { value: undefined, detail: "relayed, receipt pushed to its inbox" };
    },
  };
}
