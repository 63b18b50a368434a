import type { RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { DUE_PARTITIONS, type Ports } from "../ports/index.ts";
import type { PendingStore } from "../ports/ops.ts";
import type { FeedbackRequest } from "../request/request.ts";
import { openRequest, storedAsking } from "./request-store.contract.ts";

interface Stores extends Pick<Ports, "requests" | "audiences"> {
  readonly pending: PendingStore;
}

/** How every store lists pending requests; `make` creates a new one. */
export function pendingStoreContract(name: string, make: () => Promise<Stores>): void {
  describe(`pending requests in ${name}`, () => {
    const all = async ({ pending }: Stores, limit = 100) => {
      const pages = Array.from({ length: DUE_PARTITIONS }, (_, n) => pending.pending(n, limit));
      return Promise.all(pages);
    };
    const idsOf = async (stores: Stores): Promise<RequestId[]> =>
      (await all(stores)).flatMap(({ requests }) => requests.map(({ id }) => id)).sort();
    const move = (stores: Stores, request: FeedbackRequest) =>
      stores.requests.move({ from: request.version - 1, request });

    it("returns complete requests that are open or answered, however far in the future they are due", async () => {
      const stores = await make();
      const open = openRequest({
        deadline: Date.UTC(2030, 0, 1),
        probeAt: Date.UTC(2030, 0, 1),
        announced: 1,
      });
      const answered = openRequest();
      for (const request of [open, answered]) await stores.requests.ask(storedAsking(request));
      await stores.audiences.mark("watch:video/v_1", 1);
      const reply = {
        replyId: "rpl_1",
        round: 1,
        verb: "pick" as const,
        by: { id: "ana", name: "Ana" },
        at: answered.askedAt + 5,
      };
      const status = { state: "answered", reply, relayAt: reply.at, attempts: 0 } as const;
      await move(stores, { ...answered, version: 2, status });
      const found = (await all(stores)).flatMap(({ requests }) => requests);
      expect(found).toHaveLength(2);
      expect(found).toContainEqual(open);
      expect(found.find(({ id }) => id === answered.id)?.status).toEqual(status);
      expect((await all(stores)).some(({ more }) => more)).toBe(false);
    });

    it("returns no request that is closed and announced", async () => {
      const stores = await make();
      const request = openRequest();
      await stores.requests.ask(storedAsking(request));
      const status = { state: "withdrawn", at: request.askedAt, reason: "wait_gone" } as const;
      const closed = { ...request, version: 2, status };
      await move(stores, closed);
      expect(await idsOf(stores)).toEqual([request.id]);
      await stores.requests.note(closed, { announced: 2 });
      expect(await idsOf(stores)).toEqual([]);
    });

    it("returns those that are due soonest, and says that there are more", async () => {
      const stores = await make();
      const requests = Array.from({ length: 3 * DUE_PARTITIONS }, (_, n) =>
        openRequest({ announced: 1, probeAt: Date.UTC(2026, 0, 2) + n, deadline: Date.UTC(2027, 0, 1) }),
      );
      for (const request of requests) await stores.requests.ask(storedAsking(request));
      const whole = await all(stores);
      const first = await all(stores, 1);
      expect(whole.flatMap((page) => page.requests)).toHaveLength(requests.length);
      for (const [n, page] of whole.entries()) {
        const soonest = Math.min(...page.requests.map(({ probeAt }) => probeAt));
        if (page.requests.length > 0)
          expect(first[n]?.requests.map(({ probeAt }) => probeAt)).toEqual([soonest]);
        if (page.requests.length > 1) expect(first[n]?.more).toBe(true);
      }
    });
  });
}
