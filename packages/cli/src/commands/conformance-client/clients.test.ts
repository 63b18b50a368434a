import { beforeAll, expect, it } from "vitest";
import { ownClient } from "../../testing/own-client.ts";
import { type Fault, faults } from "../../testing/plain-client/faults.ts";
import { plainClient } from "../../testing/plain-client/index.ts";
import { conformanceCases } from "./cases/index.ts";
import type { StartProgram } from "./program.ts";
import { type Outcome, runCases } from "./run-cases.ts";

/** Which case catches a fault, and with which expectation. */
const caught: readonly (readonly [Fault, string, string])[] = [
  ["subscribes before hello", "first-sight", "hello comes first"],
  ["uses a token twice", "refused-openings", "a token fetched for this attempt"],
  ["uses a token twice", "bye-token", "a token fetched for this attempt"],
  ["puts the token in the URL", "first-sight", "the token is sent only in the subprotocol"],
  ["gives all messages one id", "leave-again", "an id of its own for each message"],
  ["keeps its sub", "pages", "a sub above 1"],
  ["keeps removed keys", "in-order", "a line of watch:video/v_1 that is true"],
  ["ignores empty deltas", "in-order", "no new subscribe"],
  ["applies old deltas", "duplicates", "a line of watch:video/v_1 that is true"],
  ["treats overlaps as gaps", "overlap", "no new subscribe"],
  ["keeps whatever comes last", "newer-items", "a line with watch:video/v_1 as on the server"],
  ["forgets removals at once", "newer-items", "a line with watch:video/v_1 as on the server"],
  ["asks at once when something is missing", "gap", "may be on its way for 500 ms"],
  ["ignores gaps", "gap", "the client subscribes to watch:video/v_1"],
  ["ignores gaps", "reordered", "no new subscribe"],
  ["ignores behind", "lost-push", "the client subscribes to list:video"],
  ["accepts only small messages", "large-message", "a line with watch:video/v_1 as on the server"],
  ["ends at unknown messages", "unknown", "the connection stays"],
  ["starts over after an absence", "absence", "is subscribed to after"],
  ["never reconnects", "absence", "the client subscribes to watch:video/v_1"],
  ["merges resets", "long-absence", "a line of watch:video/v_1 that is true"],
  ["applies deltas of any epoch", "reset", "a line of watch:video/v_1 that is true"],
  ["reads no further pages", "pages", "a line with watch:video/v_1 as on the server"],
  ["forgets the base", "pages", '"base":10'],
  ["applies deltas between pages", "pages-amid-changes", "a line of watch:video/v_1 that is true"],
  ["shows pages of a reset", "reset-in-pages", "a complete new map"],
  ["keeps the epoch of the unborn", "first-value", "a line of watch:video/v_1 that is true"],
  ["resumes as unborn", "first-value", "is subscribed to after"],
  ["drops early deltas", "early-delta", "a line with watch:video/v_1 as on the server"],
  ["accepts late answers", "first-value-overtakes", "never goes backwards"],
  ["accepts late answers", "late-answer", "never goes backwards"],
  ["reads on after a late page", "late-page", "a line of watch:video/v_1 that is true"],
  ["has one map", "two-channels", "a line with work:video/v_1 as on the server"],
  ["names all channels at once", "many-channels", "a message of the protocol"],
  ["asks for what is forbidden", "forbidden", "no new subscribe"],
  ["leaves without unsubscribe", "leave", "the client sends unsubscribe"],
  ["shows what it has left", "leave", "was left and does not change"],
  ["leaves once", "leave-again", "an unsubscribe of work:video/v_1 after its answer"],
  ["accepts any answer", "follow-again", "a line of JSON"],
  ["does not wait", "refused-openings", "waits between the attempts"],
  ["follows redirects", "redirect", "the token is not sent to where a redirect leads"],
  ["pings at its own pace", "heartbeat", "a ping every 2,000 ms"],
  ["sends no position", "heartbeat", "the ping has the positions of both channels"],
  ["is impatient", "slow-pong", "the connection is kept for 10 seconds"],
  ["trusts dead connections", "lost-pong", "a new connection"],
  ["never renews", "renewal", "a second connection before `expiresAt`"],
  ["closes before it renews", "renewal", "the first connection is kept"],
  ["keeps both connections", "renewal", "the first connection is closed"],
  ["uses its own clock", "clock-behind", "no new subscribe"],
  ["uses its own clock", "clock-ahead", "a second connection before `expiresAt`"],
  ["ignores bye", "bye", "a second connection while the first is open"],
  ["reconnects too soon", "bye-later", "no connection within 3000 ms"],
  ["reconnects although it must not", "bye-never", "no other connection"],
  ["ignores reauthenticate", "reauthenticate", "a line with work:video/v_1 as on the server"],
  ["ignores the gateway", "gateway-frame", "hello again"],
  ["repeats at once", "gateway-frame", "hello again after one to two seconds"],
  ["makes a new replyId each time", "reply-lost-answer", "the same reply again, with the replyId"],
  ["makes a new replyId each time", "reply-gateway-frame", "the same reply again, with the replyId"],
  ["has one replyId", "reply-refused", "another replyId for another answer"],
  ["loses replies", "reply-lost-answer", "the same reply again"],
  ["repeats what was refused", "reply-refused", "a refused reply is not sent again"],
  ["repeats at once", "reply-rate-limited", "the reply again after 2500 ms"],
  ["loses comments", "reply", "a reply with"],
  ["prints no codes", "reply-refused", "already_answered"],
  ["waits for answers forever", "reply-unanswered", "the client sends ping"],
  ["prints no JSON", "first-sight", "a line of JSON"],
];

/** Cases that take a long time. */
const slow = ["renewal", "clock-ahead", "lost-pong", "slow-pong", "reply-unanswered"];
/** More at once would make each other late. */
const atOnce = 20;

interface Run {
  readonly name: string;
  readonly client: string;
  readonly start: StartProgram;
  readonly patienceMs: number;
}

const whole = (client: string, start: StartProgram): Run[] =>
  conformanceCases.map(({ name }) => ({ name, client, start, patienceMs: 30_000 }));
const isSlow = (name: string) => slow.includes(name);
const runs: readonly Run[] = [
  ...whole("own", ownClient),
  ...whole("plain", plainClient()),
  ...caught.map(([fault, name]) => ({
    name,
    client: fault,
    start: plainClient(fault),
    patienceMs: isSlow(name) ? 20_000 : 4000,
  })),
].sort((a, b) => Number(isSlow(b.name)) - Number(isSlow(a.name)));

const outcomes = new Map<Run, Outcome>();
beforeAll(async () => {
  const left = [...runs];
  async function playSome(): Promise<void> {
    for (let next = left.shift(); next; next = left.shift()) {
      const { name, start, patienceMs } = next;
      const cases = conformanceCases.filter((one) => one.name === name);
      const [outcome] = await runCases(cases, { start, port: 0, patienceMs, atOnce: 1, report: () => {} });
      outcomes.set(next, outcome!);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, playSome));
}, 180_000);

it.each(["own", "plain"])("passes the %s client in every case", (client) => {
  const all = runs.filter((run) => run.client === client).map((run) => outcomes.get(run)!);
  expect(all.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect(all).toHaveLength(conformanceCases.length);
});

it.each(caught)("fails a client that %s in the case %s", (fault, name, expected) => {
  const outcome = outcomes.get(runs.find((run) => run.client === fault && run.name === name)!);
  expect(outcome).toMatchObject({ outcome: "failed", expected: expect.stringContaining(expected) });
});

it("has a fault for every case, and a case for every fault", () => {
  expect([...new Set(caught.map(([, name]) => name))].sort()).toEqual(
    conformanceCases.map(({ name }) => name).sort(),
  );
  expect([...new Set(caught.map(([fault]) => fault))].sort()).toEqual([...faults].sort());
});
