// @vitest-environment happy-dom
import { runs } from "@callboard/core/testing/runs.ts";
import { minutes, seconds } from "@callboard/protocol";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { type Callboard, connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";

const tell = (target: EventTarget, type: string) => target.dispatchEvent(new Event(type));

/** A client in a page to which anything may happen. */
function world(lazy: boolean) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const page = { isOnline: true, isAway: false, isUsed: !lazy, token: "ok" as "ok" | "fails" | "hangs" };
  Object.defineProperty(navigator, "onLine", { get: () => page.isOnline, configurable: true });
  const client: Callboard = connect({
    url: "ws://x/",
    token() {
      if (page.token === "fails") throw new Error("no session");
      return page.token === "hangs" ? new Promise(() => {}) : "t";
    },
    WebSocket: server.WebSocket,
    clock,
    random: () => 0.5,
    lazy,
  });
  const stops: (() => void)[] = [];
  const replies = { given: 0, settled: 0 };
  const settled = () => void replies.settled++;
  const reply = () => {
    replies.given++;
    client.reply({ requestId: "req_0123456789", round: 1, verb: "approve" }).then(settled, settled);
  };
  const sockets = () => server.sides.filter(({ closed }) => !closed).length;
  return { clock, server, page, client, stops, replies, reply, sockets };
}
type World = ReturnType<typeof world>;

const leaves = (target: EventTarget, type: string) => (at: World) => {
  at.page.isAway = true;
  tell(target, type);
};
const returns = (target: EventTarget, type: string) => (at: World) => {
  at.page.isAway = false;
  tell(target, type);
};
const uses = (use: (at: World) => unknown) => (at: World) => {
  at.page.isUsed = true;
  void use(at);
};
const says = (afterMs?: number) => (at: World) =>
  at.server.sides
    .at(-1)
    ?.say({ type: "bye", code: "going_away", retry: "later", ...(afterMs && { afterMs }) });
const takes = (ms: number) => (at: World) => at.clock.advance(ms);
function flow({ server }: World) {
  server.held = false;
  for (const { arrive } of server.flights.splice(0)) arrive();
}

const happenings: Readonly<Record<string, (at: World) => unknown>> = {
  freeze: leaves(document, "freeze"),
  pagehide: leaves(window, "pagehide"),
  resume: returns(document, "resume"),
  pageshow: returns(window, "pageshow"),
  focus: returns(window, "focus"),
  offline({ page }) {
    if (page.isAway) return;
    page.isOnline = false;
    tell(window, "offline");
  },
  online(at) {
    at.page.isOnline = true;
    returns(window, "online")(at);
  },
  unsaid: ({ page }) => Object.assign(page, { isOnline: !page.isOnline }),
  open: uses(({ client }) => client.open()),
  retryNow: uses(({ client, page }) => {
    page.isAway = false;
    client.retryNow();
  }),
  follow: uses(({ client, stops }) => stops.push(client.channel("watch:a/b").follow())),
  leave: ({ stops }) => stops.pop()?.(),
  reply: uses(({ reply }) => reply()),
  drop: ({ server }) => server.sides.at(-1)?.drop(),
  silent: ({ server }) => Object.assign(server, { silent: !server.silent }),
  refusing: ({ server }) => Object.assign(server, { refusing: !server.refusing }),
  held: ({ server }) => Object.assign(server, { held: true }),
  flow,
  noToken: ({ page }) => Object.assign(page, { token: "fails" }),
  lateToken: ({ page }) => Object.assign(page, { token: "hangs" }),
  token: ({ page }) => Object.assign(page, { token: "ok" }),
  bye: says(),
  byeForNow: says(seconds(20)),
  moment: takes(300),
  while: takes(seconds(7)),
  long: takes(minutes(1.5)),
};

it("is complete in the end, has no socket while its page is away, and leaves nothing behind", async () => {
  onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  const anything = fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 60, size: "max" });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), anything, async (lazy, names) => {
      const at = world(lazy);
      const { clock, server, page, client, stops, replies, sockets } = at;
      for (const name of names) {
        await happenings[name]!(at);
        expect(sockets()).toBeLessThanOrEqual(2);
        if (!page.isAway) continue;
        await clock.advance(0);
        expect([client.state.state, sockets()]).toEqual(["idle", 0]);
      }
      Object.assign(page, { token: "ok", isOnline: true });
      Object.assign(server, { silent: false, refusing: false });
      flow(at);
      tell(document, "resume");
      tell(window, "online");
      await clock.advance(minutes(2));
      expect([client.state.state, sockets()]).toEqual(page.isUsed ? ["connected", 1] : ["idle", 0]);
      expect(replies.settled).toBe(replies.given);
      expect(client.channel("watch:a/b").status).toBe(stops.length > 0 ? "following" : "idle");

      client.close();
      for (const type of ["freeze", "resume"]) tell(document, type);
      client.open();
      client.retryNow();
      await clock.advance(0);
      expect([client.state.state, sockets(), clock.pending()]).toEqual(["closed", 0, 0]);
    }),
    { numRuns: runs(300) },
  );
});
