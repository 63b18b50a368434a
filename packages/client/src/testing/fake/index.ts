import type { Connected } from "@callboard/core";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { answerMessage } from "@callboard/functions/answer-message";
import { Channel, seconds } from "@callboard/protocol";
import type {
  FakeAsk,
  FakeCallboard,
  FakeCallboardOptions,
  FakeFrame,
  FakeQuestion,
} from "../../fake/index.ts";
import { virtualGateway } from "../virtual-gateway.ts";
import { fakeDomain } from "./domain.ts";
import { restingClock } from "./resting-clock.ts";
import { fakeUsers } from "./users.ts";

const MAX_FRAMES = 1000;
const MAX_ADVANCE_MS = seconds(31 * 86_400);
const SOURCE = "fake.workflow";

/** The real domain behind a gateway without a network, with the interface of `@callboard/client/testing`. */
export function fakeCallboard(options: FakeCallboardOptions = {}): FakeCallboard {
  const { seed = 1, now = Date.UTC(2026, 0, 1), lists = [] } = options;
  checkNumber("seed", seed);
  checkNumber("now", now, 0);
  const clock = restingClock(now);
  const users = fakeUsers(clock.now);
  const frames: FakeFrame[] = [];
  let moving = Promise.resolve();
  let delayMs = 0;
  let isAway = false;
  let isRefusing = false;
  let people = 0;
  let questions = 0;

  const domain = fakeDomain({
    clock,
    random: seededRandom(seed),
    lists,
    post: (connectionId, text) => gateway.push(connectionId, text),
  });
  const { app, waits } = domain;
  const gateway = virtualGateway({
    clock,
    random: () => 1,
    latencyMs: () => delayMs,
    answersMalformed: true,
    routes: {
      authorize: users.callerOf,
      connect: app.connections.open,
      answer: (connected: Connected, message) => answerMessage(app, connected, message, clock.now()),
      disconnect: app.connections.close,
    },
    heard({ id }, from, message) {
      clock.stir();
      frames.push({ at: clock.now(), user: `user/${id}`, from, message });
      if (frames.length > MAX_FRAMES) frames.shift();
    },
  });

  function turnAway(): void {
    gateway.refusing = isAway || isRefusing;
  }

  async function put(type: string, detail: { subject?: unknown; execution?: unknown }, source = SOURCE) {
    await domain.put({ source, type, execution: executionOf(detail), detail });
    await clock.settled();
  }

  async function ask(given: FakeAsk): Promise<FakeQuestion> {
    const n = ++questions;
    const detail = { thread: `question-${n}`, round: 1, taskToken: `fake-task-${n}`, ...given };
    const { subject, thread, round, taskToken, timeoutSeconds } = detail;
    const wait = waits.get(taskToken) ?? {};
    waits.set(taskToken, wait);
    const stopWaiting = () => {
      wait.ended = true;
    };
    await put("Feedback Requested", detail);
    if (timeoutSeconds !== undefined) clock.after(seconds(timeoutSeconds), stopWaiting);
    const requestId = domain.idOf(taskToken);
    return {
      requestId,
      subject,
      thread,
      round,
      stopWaiting,
      get state() {
        return domain.requestOf(requestId)!.status.state;
      },
      get answers() {
        return wait.result === undefined ? [] : [wait.result as Record<string, unknown>];
      },
    };
  }

  return {
    get now() {
      return clock.now();
    },
    frames,
    as(user, says = {}) {
      const token = users.register(user, says);
      const random = seededRandom(seed + ++people);
      return { url: "ws://callboard.test/", token, WebSocket: gateway.WebSocket, clock, random };
    },
    report: (detail) => put("Progress Reported", { at: clock.now(), ...detail }),
    setFacts: (detail) => put("Facts Set", { at: clock.now(), ...detail }),
    ask,
    propose: (detail) => put("Candidates Proposed", { round: 1, ...detail }),
    withdraw: (detail) => put("Feedback Closed", detail),
    async end({ subject, status = "FAILED", execution = executionOf({ subject }), error, cause }) {
      const name = execution.split(":").at(-1);
      const at = { startDate: clock.now(), stopDate: clock.now() };
      const detail = { executionArn: execution, name, status, error, cause, ...at };
      await put("Step Functions Execution Status Change", { execution, ...detail }, "aws.states");
    },
    async values(channel) {
      const read = Channel.safeParse(channel);
      if (!read.success) throw new TypeError(`channel: ${read.error.issues[0]?.message}`);
      return domain.values(read.data);
    },
    settled: clock.settled,
    async advance(ms) {
      checkNumber("ms", ms, 0, MAX_ADVANCE_MS);
      const moved = moving.then(() => clock.advance(ms));
      moving = moved.catch(() => {});
      await moved;
    },
    disconnect() {
      isAway = true;
      turnAway();
      gateway.restart();
    },
    reconnect() {
      isAway = false;
      turnAway();
    },
    silence: gateway.silence,
    drop(count) {
      checkNumber("frames", count, 0);
      gateway.losing = count;
    },
    delay(ms) {
      checkNumber("ms", ms, 0, MAX_ADVANCE_MS);
      delayMs = ms;
    },
    refuseTokens(isRefused = true) {
      isRefusing = isRefused;
      turnAway();
    },
  };
}

/** The execution named in an event, else one for its subject. */
function executionOf({ subject, execution }: { subject?: unknown; execution?: unknown }): string {
  if (execution !== undefined) return String(execution);
  const name = String(subject).replaceAll("/", "-");
  return `arn:aws:states:us-east-1:000000000000:execution:workflow:${name}`;
}

function checkNumber(name: string, value: number, least = -Infinity, most = Infinity): void {
  if (!Number.isFinite(value) || value < least || value > most)
    throw new RangeError(
      `${name}: expected a number${least === 0 ? " from 0" : ""}${most < Infinity ? ` to ${most}` : ""}`,
    );
}
