import type { RecordedReply, RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import {
  type Asking,
  type Dated,
  DUE_PARTITIONS,
  type DueStore,
  type Ports,
  type ThreadHead,
} from "../ports/index.ts";
import type { FeedbackRequest, Transition } from "../request/request.ts";

const start = Date.UTC(2026, 0, 1);
let count = 0;

/** An open request with its own id, asked at the start of 2026 with an hour to answer. */
export function openRequest(more: Partial<FeedbackRequest> = {}): FeedbackRequest {
  const n = String(++count).padStart(12, "0");
  return {
    id: `req_${n}`,
    subject: "video/v_1",
    thread: "title",
    round: 1,
    order: [0, 1, 0],
    execution: `arn:aws:states:us-east-1:000000000000:execution:post-processing:${n}`,
    prompt: "Which title?",
    verbs: ["pick", "reject"],
    candidates: ["a", "b"],
    digest: `shown${n}`,
    assignees: ["user/ana", "role/editors"],
    askedAt: start,
    timeoutAt: start + 3_600_000,
    deadline: start + 3_540_000,
    probeEveryMs: 300_000,
    probeAt: start + 300_000,
    status: { state: "open" },
    version: 1,
    changedAt: start,
    announced: 0,
    ...more,
  };
}

const headOf = ({ execution, subject, thread, id, order }: FeedbackRequest): ThreadHead => ({
  execution,
  subject,
  thread,
  requestId: id,
  order,
});

/** How to store a request that becomes the head of its thread. */
export const storedAsking = (request: FeedbackRequest, before?: ThreadHead): Asking => ({
  request,
  taskToken: `token of ${request.id}`,
  ledger: { n: 1, at: request.askedAt, what: "asked", round: request.round },
  thread: { before, after: headOf(request) },
});

const reply = (replyId: string, value?: unknown): RecordedReply => ({
  replyId,
  round: 1,
  verb: "pick",
  candidateId: "a",
  ...(value === undefined ? {} : { value }),
  by: { id: "ana", name: "Ana" },
  at: Date.UTC(2026, 0, 1, 0, 1),
});

function answer(request: FeedbackRequest, replyId: string, value?: unknown): Transition {
  const given = reply(replyId, value);
  const version = request.version + 1;
  return {
    from: request.version,
    request: {
      ...request,
      version,
      changedAt: given.at,
      status: { state: "answered", reply: given, relayAt: given.at, attempts: 0 },
    },
    ledger: { n: version, at: given.at, what: "answered", round: 1, by: given.by, reply: given },
  };
}

function supersede(request: FeedbackRequest, by: RequestId): Transition {
  const at = request.askedAt + 1000;
  const version = request.version + 1;
  return {
    from: request.version,
    request: { ...request, version, changedAt: at, status: { state: "superseded", at, by } },
    ledger: { n: version, at, what: "superseded", round: 1 },
  };
}

/** Everything that is due by then, of all partitions. */
async function waiting(dues: DueStore): Promise<number> {
  const counts = Array.from({ length: DUE_PARTITIONS }, (_, partition) => dues.waiting(partition));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function dueBy(dues: DueStore, now: number): Promise<RequestId[]> {
  const partitions = Array.from({ length: DUE_PARTITIONS }, (_, i) => dues.due("request", i, now, 1000));
  return (await Promise.all(partitions)).flat().flatMap((due) => ("request" in due ? [due.request] : []));
}

/** The behaviour of every request store and its token vault; `make` creates new ones. */
export function requestStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "requests" | "tokens" | "dues">>,
): void {
  describe(`requests in ${name}`, () => {
    it("keeps a question with its token and its thread's head", async () => {
      const { requests, tokens } = await make();
      const schema = { type: "object", properties: { "": { maximum: 1e300 } } };
      const request = openRequest({ schema, default: { verb: "pick", value: { deep: [[[null]]] } } });
      expect(await requests.read(request.id)).toBeUndefined();
      expect(await requests.readThread(request)).toBeUndefined();
      expect(await tokens.open(request.id)).toBeUndefined();

      expect(await requests.ask(storedAsking(request))).toBe("stored");
      expect(await requests.read(request.id)).toEqual(request);
      expect(await requests.readThread(request)).toEqual(headOf(request));
      expect(await tokens.open(request.id)).toEqual({ request, taskToken: `token of ${request.id}` });
    });

    it("stores a question once, however often it is asked", async () => {
      const { requests } = await make();
      const request = openRequest();
      const results = await Promise.all(
        Array.from({ length: 10 }, () => requests.ask(storedAsking(request))),
      );
      expect(results.filter((result) => result === "stored")).toHaveLength(1);
      expect(await requests.ask(storedAsking(request))).toBe("exists");
      expect(await requests.ask(storedAsking({ ...request, prompt: "Another?" }, headOf(request)))).toBe(
        "exists",
      );
      expect(await requests.read(request.id)).toEqual(request);
    });

    it("lets one of two questions become the head of a thread", async () => {
      const { requests } = await make();
      const one = openRequest();
      const two = openRequest({ execution: one.execution });
      const results = await Promise.all([requests.ask(storedAsking(one)), requests.ask(storedAsking(two))]);
      expect(results.sort()).toEqual(["conflict", "stored"]);
      const head = await requests.readThread(one);
      const lost = head?.requestId === one.id ? two : one;
      expect(await requests.read(lost.id)).toBeUndefined();
    });

    it("closes the older question with the one that takes its place, or does neither", async () => {
      const { requests } = await make();
      const older = openRequest();
      await requests.ask(storedAsking(older));
      const newer = openRequest({ execution: older.execution, order: [0, 2, 0], round: 2 });
      const asking = { ...storedAsking(newer, headOf(older)), supersedes: supersede(older, newer.id) };

      const stale = { ...asking, supersedes: { ...asking.supersedes, from: 7 } };
      expect(await requests.ask(stale)).toBe("conflict");
      expect(await requests.read(newer.id)).toBeUndefined();
      expect((await requests.read(older.id))?.status.state).toBe("open");

      expect(await requests.ask(asking)).toBe("stored");
      expect((await requests.read(older.id))?.status).toMatchObject({ state: "superseded", by: newer.id });
      expect(await requests.readThread(older)).toEqual(headOf(newer));
    });

    it("stores a late, older question and leaves the thread's head as it is", async () => {
      const { requests } = await make();
      const current = openRequest({ order: [0, 2, 0] });
      await requests.ask(storedAsking(current));
      const at = current.askedAt;
      const late = openRequest({
        execution: current.execution,
        status: { state: "superseded", at, by: current.id },
      });
      const thread = { before: headOf(current), after: undefined };
      expect(await requests.ask({ ...storedAsking(late), thread })).toBe("stored");
      expect(await requests.readThread(current)).toEqual(headOf(current));
    });

    it("keeps the threads of one name apart by subject", async () => {
      const { requests } = await make();
      const one = openRequest({ subject: "video/v_1" });
      const other = openRequest({ execution: one.execution, subject: "video/v_2" });
      for (const request of [one, other]) expect(await requests.ask(storedAsking(request))).toBe("stored");
      for (const request of [one, other]) expect(await requests.readThread(request)).toEqual(headOf(request));
      expect(await requests.threads(one.execution)).toHaveLength(2);
    });

    it("returns the heads of all threads of an execution", async () => {
      const { requests } = await make();
      const title = openRequest();
      const rights = openRequest({ execution: title.execution, thread: "rights" });
      for (const request of [title, rights, openRequest()]) await requests.ask(storedAsking(request));
      const heads = await requests.threads(title.execution);
      expect(heads.map((head) => head.thread).sort()).toEqual(["rights", "title"]);
      expect(heads.find((head) => head.thread === "rights")).toEqual(headOf(rights));
    });

    it("accepts exactly one of fifty answers, and shows it to the others", async () => {
      const { requests } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => requests.move(answer(request, `r${i}`, { n: i, none: null }))),
      );
      expect(results.filter((result) => result.won)).toHaveLength(1);
      const winner = await requests.read(request.id);
      expect(winner?.version).toBe(2);
      for (const result of results) if (!result.won) expect(result.current).toEqual(winner);
    });

    it("reports that there is no request to move", async () => {
      const { requests } = await make();
      expect(await requests.move(answer(openRequest(), "r1"))).toEqual({ won: false, current: undefined });
    });

    it("finds a request when something is due, and no longer when nothing is", async () => {
      const { requests, dues } = await make();
      const request = openRequest({ announced: 1 });
      await requests.ask(storedAsking(request));
      expect(await dueBy(dues, request.probeAt - 1)).toEqual([]);
      expect(await dueBy(dues, request.probeAt)).toEqual([request.id]);

      const answered = answer(request, "r1").request;
      await requests.move(answer(request, "r1"));
      expect(await dueBy(dues, answered.changedAt)).toEqual([request.id]);

      const at = answered.changedAt + 1;
      const relayed: FeedbackRequest = {
        ...answered,
        version: 3,
        status: { state: "relayed", reply: reply("r1"), at },
      };
      await requests.move({ from: 2, request: relayed });
      expect(await dueBy(dues, at + 1e12)).toEqual([request.id]);
      expect(await waiting(dues)).toBe(1);
      await requests.note(relayed, { announced: 3 });
      expect(await dueBy(dues, at + 1e12)).toEqual([]);
      expect(await waiting(dues)).toBe(0);
    });

    it("returns at most as many due requests as requested", async () => {
      const { requests, dues } = await make();
      const many = Array.from({ length: DUE_PARTITIONS * 3 }, () => openRequest());
      for (const request of many) await requests.ask(storedAsking(request));
      const later = many[0]!.probeAt;
      for (let i = 0; i < DUE_PARTITIONS; i++)
        expect((await dues.due("request", i, later, 1)).length).toBeLessThanOrEqual(1);
      expect((await dueBy(dues, later)).sort()).toEqual(many.map((request) => request.id).sort());
    });

    it("returns what is due page by page, the earliest first, each once", async () => {
      const { requests, dues } = await make();
      const many = Array.from({ length: DUE_PARTITIONS * 4 }, (_, n) =>
        openRequest({ announced: 1, probeAt: start + 1000 * (n % 5) }),
      );
      for (const request of many) await requests.ask(storedAsking(request));
      const paged: Dated[] = [];
      for (let partition = 0; partition < DUE_PARTITIONS; partition++) {
        const found: Dated[] = [];
        for (let page: Dated[] | undefined; page === undefined || page.length === 2; found.push(...page))
          page = await dues.due("request", partition, start + 3000, 2, found.at(-1));
        expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort((a, b) => a - b));
        paged.push(...found);
      }
      const wanted = many.filter(({ probeAt }) => probeAt <= start + 3000);
      const found = paged.map((due) => ("request" in due ? [due.request, due.at] : []));
      expect(found.sort()).toEqual(wanted.map(({ id, probeAt }) => [id, probeAt]).sort());
    });

    it("returns the named rows as they are, without those that do not exist", async () => {
      const { requests, dues } = await make();
      const [open, closed] = [openRequest({ announced: 1 }), openRequest()];
      for (const request of [open, closed]) await requests.ask(storedAsking(request));
      const { request: superseded } = supersede(closed, open.id);
      await requests.move(supersede(closed, open.id));
      await requests.note(superseded, { announced: 2 });
      const rows = await dues.read([
        { request: open.id },
        { request: closed.id },
        { request: openRequest().id },
        { audience: "watch:video/nobody" },
      ]);
      expect(rows).toHaveLength(2);
      expect(rows).toContainEqual({ request: open.id, version: 1, due: open.probeAt });
      expect(rows).toContainEqual({ request: closed.id, version: 2 });
      expect(await dues.read([])).toEqual([]);
    });

    it("records what was announced and when it is due next, and leaves the version unchanged", async () => {
      const { requests, dues } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      await requests.note(request, { announced: 1 });
      await requests.note(request, { probeAt: request.probeAt + 5 });
      expect(await requests.read(request.id)).toEqual({
        ...request,
        announced: 1,
        probeAt: request.probeAt + 5,
      });
      expect(await dueBy(dues, request.probeAt + 4)).toEqual([]);
      expect(await dueBy(dues, request.probeAt + 5)).toEqual([request.id]);
    });

    it("keeps every one of several notes made at once", async () => {
      const { requests, dues } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      const probeAt = request.probeAt + 60_000;
      await Promise.all([
        requests.note(request, { announced: 1 }),
        requests.note(request, { probeAt }),
        requests.note(request, {}),
      ]);
      expect(await requests.read(request.id)).toEqual({ ...request, announced: 1, probeAt });
      expect(await dueBy(dues, probeAt - 1)).toEqual([]);
    });

    it("records when the next notices are due, unless that was changed meanwhile", async () => {
      const { requests, dues } = await make();
      const from = start + 1000;
      const request = openRequest({ notifyAt: from });
      await requests.ask(storedAsking(request));
      expect(await dueBy(dues, from)).toEqual([request.id]);
      await Promise.all([
        requests.note(request, { notify: { from, at: from + 5 } }),
        requests.note(request, { announced: 1 }),
        requests.note(request, { published: 2 }),
      ]);
      expect(await requests.read(request.id)).toEqual({
        ...request,
        announced: 1,
        published: 2,
        notifyAt: from + 5,
      });
      await requests.note(request, { notify: { from, at: undefined } });
      expect((await requests.read(request.id))?.notifyAt).toBe(from + 5);
      await requests.note(request, { notify: { from: from + 5, at: undefined } });
      expect(await requests.read(request.id)).not.toHaveProperty("notifyAt");
      expect(await dueBy(dues, request.probeAt - 1)).toEqual([]);
    });

    it("reads the ledger row of a version", async () => {
      const { requests } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      await requests.move(answer(request, "r1"));
      expect(await requests.ledgerEntry(request.id, 1)).toMatchObject({ n: 1, what: "asked" });
      expect(await requests.ledgerEntry(request.id, 2)).toMatchObject({ n: 2, what: "answered" });
      expect(await requests.ledgerEntry(request.id, 3)).toBeUndefined();
      expect(await requests.ledgerEntry(openRequest().id, 1)).toBeUndefined();
    });

    it("notes the relay's next try on an answered request", async () => {
      const { requests, dues } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      const { request: answered } = answer(request, "r1");
      await requests.move(answer(request, "r1"));
      await requests.note(answered, { announced: 2, relay: { at: answered.changedAt + 7000, attempts: 1 } });
      expect((await requests.read(request.id))?.status).toMatchObject({
        attempts: 1,
        reply: { replyId: "r1" },
      });
      expect(await dueBy(dues, answered.changedAt + 6999)).toEqual([]);
      expect(await dueBy(dues, answered.changedAt + 7000)).toEqual([request.id]);
    });

    it("makes no note on a request that has moved on", async () => {
      const { requests } = await make();
      const request = openRequest();
      await requests.ask(storedAsking(request));
      await requests.move(answer(request, "r1"));
      const moved = await requests.read(request.id);
      await requests.note(request, { announced: 1, probeAt: 1 });
      await requests.note(openRequest(), { announced: 1 });
      expect(await requests.read(request.id)).toEqual(moved);
    });
  });
}
