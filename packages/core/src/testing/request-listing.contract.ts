import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";
import { openRequest, storedAsking } from "./request-store.contract.ts";

const DAY = 86_400_000;

/** How every request store lists requests and their ledgers; `make` creates a new one. */
export function requestListingContract(name: string, make: () => Promise<Pick<Ports, "requests">>): void {
  describe(`lists of requests in ${name}`, () => {
    const stage = async () => {
      const { requests } = await make();
      return {
        requests,
        ask: (request: FeedbackRequest) => requests.ask(storedAsking(request)),
        move: (request: FeedbackRequest, ledger?: LedgerEntry) =>
          requests.move({ from: request.version - 1, request, ...(ledger ? { ledger } : {}) }),
      };
    };

    it("lists what is asked of a principal, the oldest first, up to a limit", async () => {
      const { requests, ask } = await stage();
      const first = openRequest();
      const second = openRequest({ askedAt: first.askedAt + DAY });
      const third = openRequest({ askedAt: first.askedAt + 2 * DAY });
      const others = openRequest({ assignees: ["user/eve"] });
      for (const request of [third, others, first, second]) await ask(request);
      expect(await requests.openFor("user/ana", 10)).toEqual([first.id, second.id, third.id]);
      expect(await requests.openFor("role/editors", 2)).toEqual([first.id, second.id]);
      expect(await requests.openFor("user/nobody", 10)).toEqual([]);
    });

    it("follows a reassignment, and lists nothing that is no longer open", async () => {
      const { requests, ask, move } = await stage();
      const request = openRequest();
      await ask(request);
      const reassigned: FeedbackRequest = {
        ...request,
        version: 2,
        assignees: ["user/eve", "role/editors"],
        formerAssignees: ["user/ana"],
      };
      await move(reassigned);
      expect(await requests.openFor("user/ana", 10)).toEqual([]);
      expect(await requests.openFor("user/eve", 10)).toEqual([request.id]);

      const status = { state: "withdrawn", at: request.askedAt, reason: "wait_gone" } as const;
      await move({ ...reassigned, version: 3, status });
      expect(await requests.openFor("user/eve", 10)).toEqual([]);
      expect(await requests.openFor("role/editors", 10)).toEqual([]);
    });

    it("follows a request through many reassignments", async () => {
      const { requests, ask, move } = await stage();
      const request = openRequest({ assignees: ["user/u0"] });
      await ask(request);
      const crowd = (round: number) => Array.from({ length: 20 }, (_, i) => `user/u${round}-${i}` as const);
      let former = [...request.assignees];
      for (let round = 1; round <= 6; round++) {
        const moved = { ...request, version: round + 1, assignees: crowd(round), formerAssignees: former };
        expect(await move(moved)).toEqual({ won: true });
        former = [...former, ...crowd(round)];
      }
      for (const principal of ["user/u0", ...crowd(1), ...crowd(5)] as const)
        expect(await requests.openFor(principal, 10)).toEqual([]);
      for (const principal of crowd(6)) expect(await requests.openFor(principal, 10)).toEqual([request.id]);
    });

    it("never lists a request that was superseded before it was stored", async () => {
      const { requests, ask } = await stage();
      const current = openRequest();
      await ask(current);
      const status = { state: "superseded", at: current.askedAt, by: current.id } as const;
      const late = openRequest({ execution: current.execution, status });
      const before = await requests.readThread(current);
      await requests.ask({ ...storedAsking(late), thread: { before, after: undefined } });
      expect(await requests.openFor("user/ana", 10)).toEqual([current.id]);
    });

    it("finds all requests of an execution in the order in which they were asked", async () => {
      const { requests, ask } = await stage();
      const first = openRequest();
      const second = openRequest({
        execution: first.execution,
        thread: "rights",
        askedAt: first.askedAt + 1,
      });
      for (const request of [second, openRequest(), first]) await ask(request);
      expect(await requests.ofExecution(first.execution)).toEqual([first.id, second.id]);
      expect(await requests.ofExecution("arn:none")).toEqual([]);
    });

    it("returns what happened to a request, in order", async () => {
      const { requests, ask, move } = await stage();
      const request = openRequest();
      await ask(request);
      const what: LedgerEntry[] = [storedAsking(request).ledger];
      for (let n = 2; n <= 12; n++) {
        const by = { id: "ana", name: "Ana" };
        const entry: LedgerEntry = { n, at: request.askedAt + n, what: "extended", round: 1, by };
        await move({ ...request, version: n }, entry);
        what.push(entry);
      }
      expect(await requests.ledger(request.id)).toEqual(what);
      expect(await requests.ledger("req_000000000000")).toEqual([]);
    });
  });
}
