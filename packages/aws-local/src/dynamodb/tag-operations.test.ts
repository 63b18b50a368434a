import { expect, it } from "vitest";
import { bareEngine, plainTable } from "../testing/test-engine.ts";

const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/plain";
const tag = (Key: string, Value: string) => ({ Key, Value });

it("keeps the tags of a table after a restart and a change of its expiry", async () => {
  const { ask, store } = bareEngine();
  await ask("CreateTable", { ...plainTable, Tags: [tag("team", "video"), tag("stage", "dev")] });
  await ask("TagResource", { ResourceArn, Tags: [tag("stage", "test"), tag("cost", "")] });
  await ask("UpdateTimeToLive", {
    TableName: "plain",
    TimeToLiveSpecification: { AttributeName: "ends", Enabled: true },
  });
  await ask("UntagResource", { ResourceArn, TagKeys: ["team", "none"] });
  const again = bareEngine(store.fork());
  expect(await again.ask("ListTagsOfResource", { ResourceArn })).toEqual({
    Tags: [tag("stage", "test"), tag("cost", "")],
  });
  expect((await again.ask("DescribeTimeToLive", { TableName: "plain" })).TimeToLiveDescription).toEqual({
    AttributeName: "ends",
    TimeToLiveStatus: "ENABLED",
  });
});

it.each([
  [
    "the tags of no table",
    "ListTagsOfResource",
    { ResourceArn: `${ResourceArn}s` },
    /^ResourceNotFoundException/,
  ],
  [
    "the ARN of an index",
    "ListTagsOfResource",
    { ResourceArn: `${ResourceArn}/index/i` },
    /^ValidationException: Invalid TableArn/,
  ],
  ["no ARN", "ListTagsOfResource", { ResourceArn: "plain" }, /^ValidationException: Invalid TableArn/],
  [
    "a tag without a key",
    "TagResource",
    { ResourceArn, Tags: [tag("", "x")] },
    /length greater than or equal to 1/,
  ],
  [
    "a long key",
    "TagResource",
    { ResourceArn, Tags: [tag("k".repeat(129), "x")] },
    /less than or equal to 128/,
  ],
  [
    "a long value",
    "TagResource",
    { ResourceArn, Tags: [tag("k", "v".repeat(257))] },
    /less than or equal to 256/,
  ],
  ["AWS's own", "TagResource", { ResourceArn, Tags: [tag("aws:x", "x")] }, /^ValidationException: .*aws:/],
  [
    "over fifty",
    "TagResource",
    { ResourceArn, Tags: Array.from({ length: 51 }, (_, n) => tag(`k${n}`, "x")) },
    /^ValidationException: .*50/,
  ],
])("refuses %s", async (_, operation, input, refused) => {
  const { ask, refusal } = bareEngine();
  await ask("CreateTable", plainTable);
  expect(await refusal(operation, input)).toMatch(refused);
  expect((await ask("ListTagsOfResource", { ResourceArn })).Tags).toEqual([]);
});

it("shows the stored tags after a change of tags failed", async () => {
  const { ask, store } = bareEngine();
  await ask("CreateTable", plainTable);
  await ask("TagResource", { ResourceArn, Tags: [tag("a", "1")] });
  store.fail("full");
  const lost = await Promise.allSettled([
    ask("TagResource", { ResourceArn, Tags: [tag("b", "2")] }),
    ask("TagResource", { ResourceArn, Tags: [tag("c", "3")] }),
  ]);
  expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect((await ask("ListTagsOfResource", { ResourceArn })).Tags).toEqual([tag("a", "1")]);
});
