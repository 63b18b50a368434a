import { runs } from "@callboard/core/testing/runs.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import {
  type Channel,
  type ExecutionValue,
  type Item,
  type ListedValue,
  limits,
  minutes,
  type Subject,
  type TitleValue,
} from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { listOf } from "./headless/listed.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";
import { type RealCallboard, realCallboard } from "./testing/real-callboard.ts";
import { fair, type Weather } from "./testing/virtual-gateway.ts";
import { witness } from "./testing/witness.ts";

const all = "list:video";
const lists: Channel[] = [all, "list:video/user/ana"];
const rough: Weather = { lostPosts: 0.2, doubledPosts: 0.2, failedMessages: 0.1, lostMessages: 0.05 };
/** Somewhat more than a list holds; long names and titles, so that no message carries them all. */
const subjects = Array.from({ length: 60 }, (_, n) => `video/${"v".repeat(190)}_${n}` as const);
const long = (n: number) => `${n}`.padStart(limits.titleLength, String.fromCharCode(1));

type Step =
  | { do: "begin" | "title" | "end"; n: number }
  | { do: "fill" | "break" | "restart" | "silence" | "fair" | "rough" | "leave" | "follow" }
  | { do: "pass"; ms: number };

const about = fc.record({
  do: fc.constantFrom("begin" as const, "title" as const, "end" as const),
  n: fc.nat(subjects.length - 1),
});
const other = fc.record({
  do: fc.constantFrom("break", "restart", "silence", "fair", "rough", "leave", "follow"),
});
const pass = fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 50, 300, 3000, 20_000) });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: about },
    { weight: 6, arbitrary: pass },
    { weight: 3, arbitrary: other as fc.Arbitrary<Step> },
    { weight: 1, arbitrary: fc.constant<Step>({ do: "fill" }) },
  ),
  { minLength: 5, maxLength: 60 },
);

/** Somebody comes back to a list that no single answer carries, while it changes. */
const fullWhileAway: Step[] = [
  { do: "leave" },
  { do: "fill" },
  { do: "pass", ms: 20_000 },
  { do: "fill" },
  { do: "pass", ms: 300 },
  { do: "follow" },
  { do: "pass", ms: 300 },
  { do: "fill" },
];
/** Many are first told as begun by what came later than their ends, which then set their starts back. */
const endsOvertaken: Step[] = [
  ...subjects.map((_, n): Step => ({ do: "end", n })),
  { do: "pass", ms: 1 },
  { do: "fill" },
];
/** What one answer may carry of channels. */
const oneAnswer = limits.serverMessageBytes - 8 * 1024;

const run = (n: number) => `arn:aws:states:us-east-1:000000000000:execution:m:e${n}`;
let titles = 0;

function report(server: RealCallboard, what: "begin" | "title" | "end", n: number): Promise<void> {
  const subject = subjects[n]!;
  const owners = n % 2 ? { owners: ["user/ana" as const] } : {};
  if (what === "title")
    return server.report(
      { subject, step: "probe", state: "running", title: long(++titles), ...owners },
      run(n),
    );
  return server.report(
    { subject, step: "execution", state: what === "begin" ? "started" : "failed", ...owners },
    run(n),
  );
}

type Line = Omit<ListedValue, "at">;

/** How a list should show a subject, by what its viewers see of it. */
function lineOf(subject: Subject, items: ReadonlyMap<string, Item>): Line | undefined {
  const whole = [...items.values()].find(({ key, value }) => key.startsWith("execution/") && value);
  if (!whole) return undefined;
  const { state, startedAt } = whole.value as ExecutionValue;
  const title = (items.get("title")?.value as TitleValue | undefined)?.title;
  return { subject, ...(title === undefined ? {} : { title }), state, startedAt };
}

/** What the list of all should show, by what was committed, and whom it may leave out. */
function replayed({ commits }: RealCallboard) {
  const items = new Map(subjects.map((subject) => [subject as Subject, new Map<string, Item>()]));
  const lines = new Map<Subject, Line>();
  const listed = new Map<string, ListedValue>();
  /** Subjects for which there was no place since their lines last changed: as many as a list holds began later. */
  const out = new Set<Subject>();
  /** Whether a start was set back while the list showed it: only then others than the newest may be listed. */
  let wentBack = false;
  for (const { channel, items: changed } of commits) {
    if (channel === all) {
      for (const { key, value } of changed) {
        const line = value as ListedValue | null;
        wentBack ||= line !== null && line.startedAt < (listed.get(key)?.startedAt ?? 0);
        if (line) listed.set(key, line);
        else listed.delete(key);
      }
    } else {
      const subject = subjects.find((one) => channel === `watch:${one}`);
      if (!subject) continue;
      for (const item of changed) items.get(subject)!.set(item.key, item);
      const line = lineOf(subject, items.get(subject)!);
      if (!line || JSON.stringify(line) === JSON.stringify(lines.get(subject))) continue;
      lines.set(subject, line);
      out.delete(subject);
    }
    const last = [...listed.values()].sort(byStart)[limits.listedSubjects - 1];
    if (last) for (const [subject, line] of lines) if (byStart(last, line) < 0) out.add(subject);
  }
  return { lines, out, wentBack };
}

const byStart = (a: { startedAt: number; subject: string }, b: { startedAt: number; subject: string }) =>
  b.startedAt - a.startedAt || (a.subject < b.subject ? -1 : 1);

it("ends with the newest subjects in their latest state, and never goes back", async () => {
  let tooLong = 0;
  let notNewest = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (steps, seed) => {
      const world = manualClock(Date.UTC(2026, 0, 1));
      const random = seededRandom(seed);
      const server = realCallboard({ clock: world, random, latencyMs: 400, storeMs: 20, lists: ["video"] });
      const { WebSocket, token } = server;
      const client = connect({
        url: "ws://x/",
        token,
        WebSocket,
        clock: world,
        random: seededRandom(seed + 1),
      });
      const seen = witness(client, lists, server);
      for (const name of lists) seen.follow(name);
      const told: Promise<void>[] = [];
      for (const one of steps) {
        if (one.do === "pass") await world.advance(one.ms);
        else if ("n" in one) told.push(report(server, one.do, one.n));
        else if (one.do === "fill")
          for (const n of subjects.keys()) told.push(report(server, "begin", n), report(server, "title", n));
        else if (one.do === "fair" || one.do === "rough") server.weather = one.do === "fair" ? fair : rough;
        else if (one.do === "break") server.sides.findLast((side) => side.open)?.drop();
        else if (one.do === "leave" || one.do === "follow") seen[one.do](all);
        else server[one.do]();
        await settle();
      }
      server.weather = fair;
      for (const name of lists) seen.follow(name);
      // A list's heartbeat comes every four minutes.
      await world.advance(minutes(10));
      await Promise.all(told);
      await world.advance(minutes(5));
      expect(seen.lies).toEqual([]);
      for (const view of seen.views) {
        expect(view.status).toBe("following");
        expect(new Map(view.items)).toEqual(await server.items(view.name));
      }
      const shown = listOf(client.channel(all).items);
      expect(shown.map(({ subject }) => subject)).toEqual(
        [...shown].sort(byStart).map(({ subject }) => subject),
      );
      const lines = [...client.channel(all).items.values()].map(({ value }) => {
        const { at: _, ...line } = value as ListedValue;
        return line;
      });
      const { lines: known, out, wentBack } = replayed(server);
      for (const line of lines) expect(line).toEqual(known.get(line.subject));
      expect(lines).toHaveLength(Math.min(known.size, limits.listedSubjects));
      const isMissing = ({ subject }: Line) => !lines.some((line) => line.subject === subject);
      const missing = [...known.values()].sort(byStart).filter(isMissing);
      expect(missing.filter(({ subject }) => !out.has(subject))).toEqual([]);
      const newest = [...known.values()].sort(byStart).slice(0, limits.listedSubjects);
      if (!wentBack) expect(lines.sort(byStart)).toEqual(newest);
      else if (newest.some(isMissing)) notNewest++;
      if (JSON.stringify([...client.channel(all).items.values()]).length > oneAnswer) tooLong++;
      client.close();
    }),
    { numRuns: runs(15), examples: [fullWhileAway, endsOvertaken].map((steps) => [steps, 1]) },
  );
  expect(tooLong).toBeGreaterThan(0);
  expect(notNewest).toBeGreaterThan(0);
}, 120_000);
