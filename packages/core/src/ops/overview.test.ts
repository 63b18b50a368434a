import { expect, it } from "vitest";
import { propose, version } from "../channel/change.ts";
import type { Destination } from "../ports/index.ts";
import type { FeedbackRequest } from "../request/request.ts";
import { publishOn } from "../testing/heads.ts";
import { memoryPendingStore } from "../testing/memory-due-store.ts";
import { memoryStage } from "../testing/memory-stage.ts";
import { openRequest, storedAsking } from "../testing/request-store.contract.ts";
import { countConnections, listOverview, overviewOf, STUCK_AFTER_MS, stuckAmong } from "./overview.ts";

const now = Date.UTC(2026, 0, 1, 12);
const secret = "Wie ich es wirklich nennen will";

const answered = (ageMs: number, more: Partial<FeedbackRequest> = {}): FeedbackRequest =>
  openRequest({
    prompt: secret,
    status: {
      state: "answered",
      reply: {
        replyId: "rpl_1",
        round: 1,
        verb: "edit",
        value: { title: secret },
        comment: secret,
        by: { id: "ana", name: secret },
        at: now - ageMs,
      },
      relayAt: now + 1000,
      attempts: 3,
    },
    ...more,
  });

it("lists what is open or answered, the oldest first, and nothing that is closed", () => {
  const young = openRequest({ askedAt: now - 1000 });
  const old = openRequest({ askedAt: now - 9000 });
  const relaying = answered(10, { askedAt: now - 5000 });
  const closed = openRequest({ status: { state: "expired", at: now } });
  const lines = overviewOf([young, closed, relaying, old], now);
  expect(lines.map(({ requestId }) => requestId)).toEqual([old.id, relaying.id, young.id]);
  expect(lines[0]).toEqual({
    requestId: old.id,
    subject: "video/v_1",
    thread: "title",
    round: 1,
    state: "open",
    askedAt: now - 9000,
    ageMs: 9000,
    deadline: old.deadline,
    assignees: ["user/ana", "role/editors"],
  });
});

it("reports an answer as stuck that was not handed over for more than a minute", () => {
  const late = answered(STUCK_AFTER_MS + 1);
  const latest = answered(STUCK_AFTER_MS + 2);
  const lines = overviewOf([late, answered(STUCK_AFTER_MS), latest], now);
  expect(stuckAmong(lines).map(({ requestId }) => requestId)).toEqual([latest.id, late.id]);
  expect(lines.find(({ requestId }) => requestId === late.id)?.relay).toEqual({
    answeredAt: now - STUCK_AFTER_MS - 1,
    ageMs: STUCK_AFTER_MS + 1,
    attempts: 3,
    nextAt: now + 1000,
    stuck: true,
  });
});

it("shows no names, and no texts that people wrote", () => {
  expect(JSON.stringify(overviewOf([answered(1), openRequest({ prompt: secret })], now))).not.toContain(
    secret,
  );
});

it("finds every open request, in any partition of the table", async () => {
  const { ports, requests } = memoryStage();
  const asked = Array.from({ length: 40 }, (_, n) => openRequest({ askedAt: n }));
  for (const request of asked) await requests.ask(storedAsking(request));
  const found = await listOverview({ clock: ports.clock, pending: memoryPendingStore(requests) });
  expect(found.more).toBe(false);
  expect(found.requests.map(({ requestId }) => requestId)).toEqual(asked.map(({ id }) => id));
});

it("reports that there is more when one read of a partition is not enough", async () => {
  const { ports } = memoryStage();
  const pending = { pending: async (partition: number) => ({ requests: [], more: partition === 5 }) };
  expect(await listOverview({ clock: ports.clock, pending })).toEqual({ requests: [], more: true });
});

it("counts the connections of a channel by shard, also before anything was published to it", async () => {
  const { ports } = memoryStage();
  const channel = "watch:video/v_1";
  const counts = [2, 0, 0, 1];
  const push = { count: async ({ hint }: Destination) => counts.slice(0, hint) };
  const count = () => countConnections({ heads: ports.heads, push }, channel);
  expect(await count()).toEqual({ channel, total: 2, shards: [2] });
  await publishOn(ports, channel, [propose("title", 1, version(1), 1)]);
  await ports.heads.spread(channel, 1, 4);
  expect(await count()).toEqual({ channel, total: 3, shards: counts });
});
