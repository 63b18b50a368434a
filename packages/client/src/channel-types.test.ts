import type {
  ExecutionValue,
  InboxRequestValue,
  KindValues,
  keyKinds,
  ListedValue,
  ReceiptValue,
  RequestValue,
  StepValue,
  TitleValue,
} from "@callboard/protocol";
import { isKeyOf } from "@callboard/protocol";
import { expect, expectTypeOf, it } from "vitest";
import { type Callboard, connect } from "./callboard.ts";
import type { ChannelView } from "./channel-view.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { fakeNetwork } from "./testing/server-side.ts";

interface Kinds {
  order: { courier: string };
}

const { WebSocket } = fakeNetwork();
const options = { url: "ws://x/", token: () => "t", WebSocket, clock: manualClock() };
const client = connect(options);
const typed = connect<Kinds>(options);
const id: string = "7";

it("accepts only names of channels", () => {
  client.channel("watch:video/v_1");
  client.channel(`work:order/${id}`);
  client.channel("inbox:user/ana");
  client.channel("inbox:role/editors");
  client.channel("list:video");
  // @ts-expect-error: a subject is a kind and an id
  client.channel("watch:video");
  // @ts-expect-error: an inbox is a user's or a role's
  client.channel("inbox:ana");
  // @ts-expect-error: there are four kinds of channels
  client.channel("stage:a/b");
  // @ts-expect-error: any text may be no name
  client.channel(id);
});

it("types a key's value by its kind and the channel", () => {
  const watch = client.channel("watch:video/v_1");
  expectTypeOf(watch.name).toEqualTypeOf<"watch:video/v_1">();
  expectTypeOf(watch.get("title")).toEqualTypeOf<TitleValue | undefined>();
  expectTypeOf(watch.get("step/-/cut")?.percent).toEqualTypeOf<number | undefined>();
  expectTypeOf(watch.get(`step/${id}/cut`)?.state).toEqualTypeOf<StepValue["state"] | undefined>();
  // @ts-expect-error: why it failed is for owners
  watch.get("step/-/cut")?.cause;
  // @ts-expect-error: so is its ARN
  watch.get("execution/-")?.arn;
  expectTypeOf(watch.get("request/req_1")).toEqualTypeOf<undefined>();
  expectTypeOf(watch.get("own/key")).toEqualTypeOf<undefined>();
  expectTypeOf(watch.get(id)).toBeUnknown();

  const work = client.channel("work:video/v_1");
  expectTypeOf(work.get("step/-/cut")?.cause).toEqualTypeOf<string | undefined>();
  expectTypeOf(work.get("execution/-")?.state).toEqualTypeOf<ExecutionValue["state"] | undefined>();
  expectTypeOf(work.get("request/req_1")).toEqualTypeOf<RequestValue | undefined>();
  expectTypeOf(work.get("own/key")).toBeUnknown();
  expectTypeOf(work.get("viewers")).toEqualTypeOf<undefined>();

  const inbox = client.channel(`inbox:user/${id}`);
  expectTypeOf(inbox.get("request/req_1")).toEqualTypeOf<InboxRequestValue | undefined>();
  expectTypeOf(inbox.get("receipt/r1")).toEqualTypeOf<ReceiptValue | undefined>();
  expectTypeOf(client.channel("list:video").get("subject/video/v_1")).toEqualTypeOf<
    ListedValue | undefined
  >();
});

it("types a changed item once its kind is checked", () => {
  client.channel("work:order/7").follow((changed, view) => {
    for (const { key } of changed) {
      if (isKeyOf("request", key)) expectTypeOf(view.get(key)).toEqualTypeOf<RequestValue | undefined>();
      if (isKeyOf("title", key)) expectTypeOf(view.get(key)).toEqualTypeOf<TitleValue | undefined>();
    }
  });
  const is = (["request", "request/", "request/req_1", "requests", "step/request"] as const).map((key) =>
    isKeyOf("request", key),
  );
  expect(is).toEqual([true, true, true, false, false]);
});

it("types the data of own producers by the kind of subject", () => {
  const order = typed.channel(`watch:order/${id}`);
  expectTypeOf(order.get("step/-/pay")?.data).toEqualTypeOf<Kinds["order"] | undefined>();
  order.follow((_, view) => {
    expectTypeOf(view.get("execution/-")?.data?.courier).toEqualTypeOf<string | undefined>();
  });
  // @ts-expect-error: an order has no such data
  order.get("step/-/pay")?.data?.driver;
  const other = typed.channel("work:video/v_1").get("step/-/cut")?.data;
  expectTypeOf(other).toEqualTypeOf<Record<string, unknown> | undefined>();
  const untyped = client.channel("work:order/7").get("step/-/pay")?.data;
  expectTypeOf(untyped).toEqualTypeOf<Record<string, unknown> | undefined>();
});

it("can be assigned to less precise types", () => {
  expectTypeOf(typed).toExtend<Callboard>();
  expectTypeOf(typed.channel("watch:order/7")).toExtend<ChannelView>();
  expectTypeOf(client.channel("watch:order/7")).toExtend<ChannelView>();
});

it("has a type for each kind of key, and for no other", () => {
  expectTypeOf<keyof KindValues>().toEqualTypeOf<keyof typeof keyKinds>();
});
