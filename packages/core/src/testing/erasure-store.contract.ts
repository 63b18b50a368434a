import type { Principal, RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Attention, Ports } from "../ports/index.ts";
import { eraseFromAttention, eraseFromEntry, erasureOf } from "../request/erase.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";
import { openRequest, storedAsking } from "./request-store.contract.ts";

const ana: Principal = "user/ana";
const erasure = erasureOf(ana, "0123456789abcdefghij");

/** The ids from an index, without duplicates. */
async function found(ids: AsyncIterable<RequestId>): Promise<RequestId[]> {
  const all = new Set<RequestId>();
  for await (const id of ids) all.add(id);
  return [...all].sort();
}

const extendedBy = (request: FeedbackRequest, id: string): LedgerEntry => ({
  n: 2,
  at: request.askedAt,
  what: "extended",
  round: 1,
  by: { id, name: id },
  origin: { way: "socket", device: "c1" },
});

/** How every store finds the requests of a person, and forgets them; `make` creates new ones. */
export function erasureStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "requests" | "attention">>,
): void {
  describe(`people in ${name}`, () => {
    it("finds requests on which a person acted or for which they were asked, and no others", async () => {
      const { requests } = await make();
      const acted = openRequest({ assignees: ["role/editors"] });
      const asked = openRequest({ assignees: [ana] });
      const formerly = openRequest({ assignees: [ana] });
      const closed = openRequest({ assignees: [ana] });
      const others = openRequest({ assignees: ["user/anastasia", "role/ana"] });
      for (const one of [acted, asked, formerly, closed, others]) await requests.ask(storedAsking(one));
      const status = { state: "withdrawn", at: closed.askedAt, reason: "wait_gone" } as const;
      await requests.move({
        from: 1,
        request: { ...acted, version: 2 },
        ledger: extendedBy(acted, "ana"),
      });
      await requests.move({
        from: 1,
        request: { ...others, version: 2 },
        ledger: extendedBy(others, "eve"),
      });
      await requests.move({
        from: 1,
        request: { ...formerly, version: 2, assignees: ["user/eve"], formerAssignees: [ana] },
      });
      await requests.move({ from: 1, request: { ...closed, version: 2, status } });
      const mine = [acted, asked, formerly, closed].map(({ id }) => id).sort();
      expect(await found(requests.touchedBy(ana))).toEqual(mine);
      expect(await found(requests.touchedBy("user/nobody"))).toEqual([]);
    });

    it("no longer finds a request when its rows are redacted and the person is released", async () => {
      const { requests } = await make();
      const request = openRequest({ assignees: [ana] });
      await requests.ask(storedAsking(request));
      const entry = extendedBy(request, "ana");
      await requests.move({ from: 1, request: { ...request, version: 2 }, ledger: entry });
      const redacted = eraseFromEntry(entry, erasure);
      for (let times = 0; times < 2; times++) await requests.redact(request.id, redacted);
      expect(await requests.ledger(request.id)).toEqual([storedAsking(request).ledger, redacted]);
      expect(await found(requests.touchedBy(ana))).toEqual([request.id]);
      for (let times = 0; times < 2; times++) await requests.release(request.id, ana);
      expect(await found(requests.touchedBy(ana))).toEqual([]);
    });

    it("still finds others by a row from which a person was erased", async () => {
      const { requests } = await make();
      const request = openRequest({ assignees: ["role/editors"] });
      await requests.ask(storedAsking(request));
      const entry: LedgerEntry = { ...extendedBy(request, "eve"), assignees: [ana] };
      await requests.move({ from: 1, request: { ...request, version: 2 }, ledger: entry });
      await requests.redact(request.id, eraseFromEntry(entry, erasure));
      expect(await found(requests.touchedBy("user/eve"))).toEqual([request.id]);
    });

    it("redacts no row that is not there", async () => {
      const { requests } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      await requests.redact(request.id, extendedBy(request, "eve")).catch(() => {});
      expect(await requests.ledger(request.id)).toEqual([storedAsking(request).ledger]);
    });

    it("never overwrites another ledger row, and then changes nothing else", async () => {
      const { requests } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      const ledger: LedgerEntry = { ...extendedBy(request, "ana"), n: 1 };
      await expect(requests.move({ from: 1, request: { ...request, version: 2 }, ledger })).rejects.toThrow(
        "ahead",
      );
      expect(await requests.ledger(request.id)).toEqual([storedAsking(request).ledger]);
      expect(await requests.read(request.id)).toEqual(request);
    });

    it("finds who attended to a request, until a pseudonym replaces them", async () => {
      const { attention } = await make();
      const { id: requestId, askedAt: at } = openRequest();
      const seen = (id: string): Attention => {
        return { requestId, user: { id, name: id }, state: "shown", at, until: at + 90_000, firstAt: at };
      };
      for (const id of ["ana", "eve"]) await attention.put(seen(id));
      expect(await found(attention.attendedBy(ana))).toEqual([requestId]);
      await attention.put({ ...seen("ana"), connectionId: "c2" });
      const redacted = eraseFromAttention(seen("ana"), erasure);
      const own = (await attention.of(requestId)).filter(({ user }) => user.id === "ana");
      expect(own).toHaveLength(2);
      for (let times = 0; times < 2; times++) await attention.replace(own, redacted);
      expect(await found(attention.attendedBy(ana))).toEqual([]);
      expect(await found(attention.attendedBy("user/eve"))).toEqual([requestId]);
      const kept = await attention.of(requestId);
      expect(kept).toHaveLength(2);
      expect(kept).toContainEqual(redacted);
    });
  });
}
