import { describe, expect, it } from "vitest";
import type { Reach } from "../ports/index.ts";
import { claimAddress, codeSent, confirmAddress, issueCode } from "./address.ts";
import { doorsOf } from "./doors.ts";
import { anasReach, now } from "./testing/reach.ts";

const minuteMs = 60_000;
const mine = "me@home.example";
const ids = { hash: (text: string) => `hash of ${text}`, digits: () => "042042" };

const claimed = (reach = anasReach(), address = mine, at = now): Reach => {
  const claim = claimAddress(reach, address, at);
  if (claim.outcome !== "claimed") throw new Error(claim.outcome);
  return claim.reach;
};
const issued = (reach: Reach, at = now, code = "042042"): Reach => {
  const issue = issueCode({ ...ids, digits: () => code }, reach, at);
  if (issue.outcome !== "issued") throw new Error(issue.outcome);
  return issue.reach;
};
const confirm = (reach: Reach, code: string, at = now) => confirmAddress(ids, reach, code, at);

describe("a person's own address", () => {
  it("is used once the code that was sent to it is entered", () => {
    const asked = issued(claimed());
    expect(doorsOf(asked).mail?.address).toBe("ana@shop.example");
    const confirmed = confirm(asked, "042042", now + 9 * minuteMs);
    expect(confirmed).toMatchObject({ outcome: "confirmed", reach: { rev: 10 } });
    expect(doorsOf((confirmed as { reach: Reach }).reach).mail?.address).toBe(mine);
  });

  it("is confirmed by a code that was sent to it and is not stored", () => {
    expect(issueCode(ids, claimed(), now)).toMatchObject({
      outcome: "issued",
      address: mine,
      code: "042042",
    });
    const { address } = issued(claimed()).own;
    expect(address?.code).toEqual({
      hash: `hash of hash-of-ana ${mine} 042042`,
      until: now + 10 * minuteMs,
      wrong: 0,
    });
    expect(issued(claimed()).codesAt).toEqual([now]);
  });

  it("can be claimed again for another code, which replaces the earlier one", () => {
    const first = issued(claimed(), now, "111111");
    const again = claimed(first, mine, now + minuteMs);
    expect(confirm(again, "111111", now + minuteMs)).toMatchObject({ outcome: "confirmed" });
    const second = issued(again, now + minuteMs, "222222");
    expect(confirm(second, "111111", now + minuteMs)).toMatchObject({ outcome: "wrong", left: 4 });
    expect(confirm(second, "222222", now + minuteMs)).toMatchObject({ outcome: "confirmed" });
  });

  it("is not confirmed by the code that was sent to another", () => {
    const other = claimed(issued(claimed()), "other@home.example");
    expect(confirm(other, "042042")).toEqual({ outcome: "ended" });
    expect(confirm(issued(other, now, "111111"), "042042")).toMatchObject({ outcome: "wrong" });
  });

  it("needs no other code once it is confirmed", () => {
    const confirmed = confirm(issued(claimed()), "042042") as { reach: Reach };
    expect(claimAddress(confirmed.reach, mine, now)).toEqual({ outcome: "confirmed" });
    expect(issueCode(ids, confirmed.reach, now)).toEqual({ outcome: "nothing" });
    expect(issueCode(ids, anasReach(), now)).toEqual({ outcome: "nothing" });
  });
});

describe("a code that was sent", () => {
  const sent = () => codeSent(issued(claimed()), now + 1);

  it("is not sent again when the event is repeated", () => {
    expect(sent()).toMatchObject({ rev: 10, own: { address: { address: mine, code: { sentAt: now + 1 } } } });
    expect(issueCode(ids, sent(), now + 2)).toEqual({ outcome: "nothing" });
    expect(confirm(sent(), "042042")).toMatchObject({ outcome: "confirmed" });
  });

  it("is replaced by another when the address is claimed again", () => {
    expect(claimed(sent()).own.address).toEqual({ address: mine });
    expect(claimed(issued(claimed())).own.address).toHaveProperty("code");
  });

  it("is recorded only if there still is one", () => {
    for (const reach of [anasReach(), claimed()]) expect(codeSent(reach, now)).toBe(reach);
  });
});

describe("a code", () => {
  it("is valid for ten minutes", () => {
    const asked = issued(claimed());
    expect(confirm(asked, "042042", now + 10 * minuteMs - 1)).toMatchObject({ outcome: "confirmed" });
    expect(confirm(asked, "042042", now + 10 * minuteMs)).toEqual({ outcome: "ended" });
    expect(confirm(claimed(), "042042")).toEqual({ outcome: "ended" });
    expect(confirm(anasReach(), "042042")).toEqual({ outcome: "ended" });
  });

  it("is not valid any more after five wrong ones, not even the right one", () => {
    let reach = issued(claimed());
    for (const left of [4, 3, 2, 1, 0]) {
      const wrong = confirm(reach, "000000");
      expect(wrong).toMatchObject({ outcome: "wrong", left });
      reach = (wrong as { reach: Reach }).reach;
    }
    expect(confirm(reach, "042042")).toEqual({ outcome: "ended" });
  });

  it("confirms again, without a change, for a person who enters it in two tabs", () => {
    const { reach } = confirm(issued(claimed()), "042042") as { reach: Reach };
    const again = confirm(reach, "042042", now + minuteMs);
    expect(again).toEqual({ outcome: "confirmed", reach });
    expect(confirm(reach, "000000")).toEqual({ outcome: "ended" });
  });

  it("is created at most five times an hour, for all addresses together", () => {
    let reach = anasReach();
    for (let n = 0; n < 5; n++)
      reach = issued(claimed(reach, `n${n}@home.example`, now + n * minuteMs), now + n * minuteMs);
    const at = now + 5 * minuteMs;
    expect(claimAddress(reach, mine, at)).toEqual({ outcome: "too_many", afterMs: 55 * minuteMs });
    expect(issueCode(ids, reach, at)).toEqual({ outcome: "nothing" });
    const later = issued(claimed(reach, mine, now + 60 * minuteMs), now + 60 * minuteMs);
    expect(later.codesAt).toHaveLength(5);
    expect(issueCode(ids, later, now + 60 * minuteMs)).toEqual({ outcome: "nothing" });
  });
});
