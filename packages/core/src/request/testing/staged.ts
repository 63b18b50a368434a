import type { Principal, RequestId, RequestValue, WaitingValue } from "@callboard/protocol";
import type { Caller } from "../../access/principal.ts";
import { ana, connectionOf, memoryStage, overSocket } from "../../testing/memory-stage.ts";

export const work = "work:video/v_1";
export const watch = "watch:video/v_1";
export const inbox = "inbox:user/ana";
export const ben: Caller = { ...ana, id: "ben", name: "Ben" };
export const owner: Caller = { ...ana, id: "owner", name: "Olga" };

/** A stage on which Ana's client follows everything of the video. */
export async function followed() {
  const stage = memoryStage();
  const client = stage.client("c1");
  for (const channel of [work, watch, inbox] as const) await client.follow(channel);
  return { stage, client };
}

/** A stage with an owner, on which Ana and Ben see the questions to them, and what each of them can do. */
export async function staged() {
  const stage = memoryStage();
  await stage.report({ step: "probe", state: "started", owners: ["user/owner"] });
  const ofAna = stage.client("ana", ana);
  const ofBen = stage.client("ben", ben);
  for (const channel of [work, watch, "inbox:user/ana"] as const) await ofAna.follow(channel);
  await ofBen.follow("inbox:user/ben");
  const { feedback } = stage.app;
  return {
    stage,
    extend: (requestId: RequestId, deadline: number, by = ana) =>
      feedback.extend(overSocket(by), requestId, deadline),
    reassign: (requestId: RequestId, assignees: Principal[], by = owner) =>
      feedback.reassign(overSocket(by), requestId, assignees),
    attend: (requestId: RequestId, state: "shown" | "reviewing" | "left", by = ana, connectionId?: string) =>
      feedback.attend(connectionOf(by, connectionId), requestId, state),
    request: (id: RequestId) => ofAna.values(work)[`request/${id}`] as RequestValue,
    under: (prefix: string) => Object.keys(ofAna.values(work)).filter((key) => key.startsWith(prefix)),
    attending: (id: RequestId, user = "ana") => ofAna.values(work)[`attending/${id}/${user}`],
    waiting: (id: RequestId) => (ofAna.values(watch).waiting as WaitingValue).requests[id],
    inbox: {
      ana: () => ofAna.values("inbox:user/ana"),
      ben: () => ofBen.values("inbox:user/ben"),
    },
    put: (type: string) => stage.put.filter((event) => event.type === type),
  };
}
