import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { quotas } from "../bench/pricing/quotas.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const guide = read("docs/operate.md");

function sectionOf(heading: string): string {
  const from = guide.indexOf(`\n## ${heading}\n`);
  const to = guide.indexOf("\n## ", from + 1);
  return guide.slice(from, to === -1 ? undefined : to);
}

it.each<[keyof typeof quotas, string]>([
  ["concurrency", "Lambda, concurrent executions"],
  ["requests", "API Gateway, requests a second of all APIs together"],
  ["connects", "API Gateway, new connections a second"],
  ["puts", "EventBridge, PutEvents a second"],
  ["invocations", "EventBridge, invocations a second"],
  ["newTableWrites", "DynamoDB, write units a second of a new table"],
  ["tableWrites", "DynamoDB, write units a second of a table"],
  ["partitionWrites", "DynamoDB, write units a second of a partition"],
])("gives the quota %s with which the bench computes", (name, row) => {
  const line = sectionOf("Quotas to raise first")
    .split("\n")
    .find((one) => one.startsWith(`| ${row} `));
  const given = line?.split("|")[3]?.trim();
  expect(given).toMatch(new RegExp(`^${quotas[name].value.toLocaleString("en")}(;|$)`));
});
