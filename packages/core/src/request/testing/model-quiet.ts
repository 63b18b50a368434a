import type {
  Channel,
  ExecutionValue,
  Principal,
  ReceiptValue,
  RequestValue,
  WaitingValue,
} from "@callboard/protocol";
import { expect } from "vitest";
import { itemsOf } from "../../testing/heads.ts";
import { answering, type Model, observe } from "./model-state.ts";
import { askable, people, type World } from "./model-world.ts";

const work = "work:video/v_1";
const watch = "watch:video/v_1";
const HOURS = 3_600_000;

/** Lets everything finish, and compares what everybody sees with the requests. */
export async function settle(model: Model, world: World): Promise<void> {
  world.repairBus();
  world.stage.executions.outcomes.length = 0;
  await world.pump();
  for (let ms = 0; ms < 90_000; ms += 5_000) await world.poll(5_000);
  await observe(model, world);
  for (const request of model.requests) expect(request.state).not.toBe("answered");
  await mapsEqualTheStore(model, world);
  await workShowsEveryRequest(model, world);
  await watchShowsWhatWaits(model, world);
  await listsShowHowItStands(model, world);
  for (const principal of askable) await inboxShowsWhatIsWanted(model, world, principal);
  await receiptsAreTrue(model, world);
  expect(JSON.stringify([world.stage.deliveries, world.stage.put])).not.toContain("token of");
}

async function valuesOf(world: World, channel: Channel): Promise<Record<string, unknown>> {
  const items = await itemsOf(world.stage.ports, channel);
  return Object.fromEntries(
    items.filter(({ value }) => value !== null).map(({ key, value }) => [key, value]),
  );
}

const under = (values: Record<string, unknown>, prefix: string) =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );

/** Every follower has what is stored, after one more subscribe if something was missed. */
async function mapsEqualTheStore(model: Model, world: World): Promise<void> {
  // A subscription ends after two hours: a client renews its connection before.
  const expired = world.now() - model.followedAt >= 2 * HOURS;
  if (expired) model.followedAt = world.now();
  for (const { client, channels } of world.clients)
    for (const channel of channels) {
      client.values(channel);
      if (expired || client.gaps.has(channel)) await client.follow(channel);
      expect(client.values(channel)).toEqual(await valuesOf(world, channel));
    }
}

async function workShowsEveryRequest(model: Model, world: World): Promise<void> {
  const values = await valuesOf(world, work);
  const shown = under(values, "request/") as Record<string, RequestValue>;
  const facts = ({ state, assignees, deadline }: Pick<RequestValue, "state" | "assignees" | "deadline">) => ({
    state,
    assignees: assignees.join(),
    deadline,
  });
  expect(Object.fromEntries(Object.entries(shown).map(([id, value]) => [id, facts(value)]))).toEqual(
    Object.fromEntries(
      model.requests.map((request) => [request.id, facts({ ...request, assignees: [...request.assignees] })]),
    ),
  );
  const open = model.requests.filter((request) => request.state === "open");
  for (const key of Object.keys(under(values, "attending/")))
    expect(open.map((request) => request.id)).toContain(key.split("/")[0]);
  expect(Object.keys(under(values, "warning/")).sort()).toEqual(
    open
      .filter((request) => request.deadline === undefined)
      .map((request) => request.id)
      .sort(),
  );
}

async function watchShowsWhatWaits(model: Model, world: World): Promise<void> {
  const waiting = (await valuesOf(world, watch)).waiting as WaitingValue | undefined;
  const open = model.requests.filter((request) => request.state === "open");
  expect(waiting?.requests ?? {}).toEqual(
    Object.fromEntries(
      open.map(({ id, thread, round, askedAt, deadline }) => [
        id,
        { thread, round, since: askedAt, ...(deadline === undefined ? {} : { deadline }) },
      ]),
    ),
  );
}

/** The list of its kind, and its owner's list, show the subject as viewers see it; no other list shows it. */
async function listsShowHowItStands(model: Model, world: World): Promise<void> {
  const values = await valuesOf(world, watch);
  const runs = Object.values(under(values, "execution/")) as ExecutionValue[];
  const isLive = runs.some(({ state }) => state === "running");
  const ended = runs.sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  const open = model.requests.filter((request) => request.state === "open").length;
  const [line, owners, anas] = await Promise.all(
    (["list:video", "list:video/user/owner", "list:video/user/ana"] as const).map(
      async (list) => (await valuesOf(world, list))["subject/video/v_1"],
    ),
  );
  expect(line).toMatchObject({ subject: "video/v_1", state: isLive ? "running" : ended?.state });
  expect((line as { waiting?: number }).waiting ?? 0).toBe(open);
  expect([owners, anas]).toEqual([line, undefined]);
}

async function inboxShowsWhatIsWanted(model: Model, world: World, principal: Principal): Promise<void> {
  const shown = Object.keys(under(await valuesOf(world, `inbox:${principal}`), "request/"));
  const wanted = model.requests.filter(
    ({ state, assignees }) => state === "open" && assignees.includes(principal),
  );
  expect(shown.sort(), `the inbox of ${principal}`).toEqual(wanted.map((request) => request.id).sort());
}

/** The sender of each accepted reply has a receipt with its result, and there are no other receipts. */
async function receiptsAreTrue(model: Model, world: World): Promise<void> {
  for (const [who, { id }] of Object.entries(people)) {
    const receipts = under(await valuesOf(world, `inbox:user/${id}`), "receipt/") as Record<
      string,
      ReceiptValue
    >;
    const accepted = model.requests.filter(
      (request) => answering.includes(request.state) && request.accepted?.by === id,
    );
    expect(
      Object.values(receipts)
        .map(({ requestId, status }) => `${requestId} ${status}`)
        .sort(),
      `the receipts of ${who}`,
    ).toEqual(accepted.map((request) => `${request.id} ${request.state}`).sort());
  }
}
