import type { Verb } from "@callboard/protocol";
import fc from "fast-check";
import { expect } from "vitest";
import { codeOf, connectionOf, overSocket, question } from "../../testing/memory-stage.ts";
import { latestDeadline } from "../agenda.ts";
import { maybe, ofRequest } from "./model-command.ts";
import { type ModelRequest, may, refusalOf } from "./model-state.ts";
import { people, someAskable, type Who, type World } from "./model-world.ts";

const anyPerson = fc.constantFrom(...(Object.keys(people) as Who[]));
const verbs: readonly Verb[] = ["pick", "edit", "regenerate", "reject", "approve"];

interface Said {
  readonly who: Who;
  readonly verb: Verb;
  readonly n: number;
  readonly candidateId: string | undefined;
  readonly value: string | undefined;
  readonly otherRound: boolean;
}

const said: fc.Arbitrary<Said> = fc.record({
  who: anyPerson,
  verb: fc.constantFrom("pick", ...verbs),
  n: fc.integer({ min: 1, max: 2 }),
  candidateId: fc.constantFrom("a", "b", "b", "z", undefined),
  value: maybe("In their own words"),
  otherRound: fc.constantFrom(false, false, false, false, true),
});

const replyIdOf = ({ token }: ModelRequest, { who, n }: Said) =>
  `${who}-${n}-${token.replaceAll(/[ ,]/g, ".")}`.slice(0, 64);

/** Everything that distinguishes this answer from others. */
const wordsOf = ({ verb, candidateId, value, otherRound }: Said) =>
  JSON.stringify([verb, candidateId, value, otherRound]);

function send(request: ModelRequest, { who, verb, candidateId, value, otherRound, n }: Said, world: World) {
  return world.stage.reply(
    request.id,
    {
      replyId: replyIdOf(request, { who, n } as Said),
      round: request.round + (otherRound ? 1 : 0),
      verb,
      candidateId: candidateId as string,
      value,
    },
    people[who],
  );
}

function isValid(request: ModelRequest, { verb, candidateId, value }: Said): boolean {
  if (!question.verbs.includes(verb)) return false;
  if (candidateId === "z") return false;
  if (verb === "pick") return candidateId !== undefined;
  if (verb === "edit") return value !== undefined;
  return verb !== "regenerate" || request.round < 3;
}

/** The result that a reply must get, from everything that was visible outside. */
function expectedOf(request: ModelRequest, reply: Said, now: number): string {
  if (!may(reply.who, request)) return "forbidden";
  const { accepted } = request;
  if (
    accepted?.by === people[reply.who].id &&
    accepted.replyId === replyIdOf(request, reply) &&
    accepted.said === wordsOf(reply)
  )
    return "accepted";
  const refusal = refusalOf(request, now);
  if (refusal !== undefined) return refusal;
  if (reply.otherRound) return "stale_round";
  return isValid(request, reply) ? "accepted" : "invalid";
}

function accept(request: ModelRequest, reply: Said): void {
  request.state = "answered";
  request.accepted = {
    replyId: replyIdOf(request, reply),
    by: people[reply.who].id,
    verb: reply.verb,
    said: wordsOf(reply),
  };
}

const reply = ofRequest("reply", said, async (request, d, _model, world) => {
  const expected = expectedOf(request, d, world.now());
  const receipt = await send(request, d, world);
  // A caller who was refused often in this minute gets only that.
  if (codeOf(receipt) !== "rate_limited" || expected === "accepted") expect(codeOf(receipt)).toBe(expected);
  if (expected === "accepted" && request.state === "open") accept(request, d);
});

const replyTogether = ofRequest(
  "reply together",
  fc.tuple(said, said),
  async (request, both, _model, world) => {
    const expected = both.map((d) => expectedOf(request, d, world.now()));
    const wasOpen = request.state === "open";
    const codes = (await Promise.all(both.map((d) => send(request, d, world)))).map(codeOf);
    const winners = both.filter((_, i) => codes[i] === "accepted");
    if (!wasOpen || !expected.includes("accepted")) return expect(codes).toEqual(expected);
    expect(new Set(winners.map((d) => replyIdOf(request, d))).size).toBe(1);
    accept(request, winners[0]!);
    for (const [i, status] of codes.entries())
      if (status !== expected[i]) expect(status).toBe("already_answered");
  },
);

/** The clock, or the bus with all its events, works on the request at the same moment. */
const replyMeanwhile = ofRequest("reply meanwhile", said, async (request, d, _model, world) => {
  const expected = expectedOf(request, d, world.now());
  const events = world.stage.queue.splice(0);
  const due = { type: "Request Due", requestId: request.id } as const;
  const [receipt] = await Promise.all([send(request, d, world), ...[due, ...events].map(world.take)]);
  const status = codeOf(receipt);
  if (status !== expected && status !== "rate_limited") {
    expect(expected).toBe("accepted");
    expect(["withdrawn", "superseded", "expired", "already_answered"]).toContain(status);
  }
  if (status === "accepted" && request.state === "open") accept(request, d);
});

const by = (who: Who) => overSocket(people[who]);

const attend = ofRequest(
  "attend",
  fc.record({ who: anyPerson, state: fc.constantFrom("shown", "reviewing", "left" as const) }),
  async (request, { who, state }, _model, world) => {
    const expected = !may(who, request) ? "forbidden" : (refusalOf(request, world.now()) ?? "accepted");
    await world.survives(async () =>
      expect(
        codeOf(await world.stage.app.feedback.attend(connectionOf(people[who]), request.id, state)),
      ).toBe(expected),
    );
  },
);

const extend = ofRequest(
  "extend",
  fc.record({ who: anyPerson, seconds: fc.constantFrom(-5, 0, 15, 100, 5000) }),
  async (request, { who, seconds }, _model, world) => {
    const now = world.now();
    const deadline = seconds === 0 ? (request.deadline ?? now) : now + seconds * 1000;
    const latest =
      request.timeoutAt === undefined ? Infinity : latestDeadline(request.askedAt, request.timeoutAt);
    const fits = deadline === request.deadline || (deadline > now && deadline <= latest);
    const expected = !may(who, request)
      ? "forbidden"
      : (refusalOf(request, now) ?? (fits ? "accepted" : "invalid"));
    expect(codeOf(await world.stage.app.feedback.extend(by(who), request.id, deadline))).toBe(expected);
    if (expected === "accepted") request.deadline = deadline;
  },
);

const reassign = ofRequest(
  "reassign",
  fc.record({ who: fc.constantFrom<Who>("owner", "owner", "owner", "able", "ana"), to: someAskable }),
  async (request, { who, to }, _model, world) => {
    const expected = who !== "owner" ? "forbidden" : (refusalOf(request, world.now()) ?? "accepted");
    expect(codeOf(await world.stage.app.feedback.reassign(by(who), request.id, to))).toBe(expected);
    if (expected === "accepted" && [...to].sort().join() !== [...request.assignees].sort().join())
      request.assignees = to;
  },
);

/** What people do about requests. */
export const peopleCommands = [
  ...[reply, reply, replyTogether, replyMeanwhile],
  ...[attend, extend, extend, reassign, reassign],
];
