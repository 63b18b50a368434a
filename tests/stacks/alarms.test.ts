import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { idlePostProcessing } from "../../bench/pricing/idle.ts";
import { dollarsOf } from "../../bench/pricing/list-prices.ts";
import { root } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { whatGoesWrongIsAlarmed } from "./alarm-checks.ts";
import { evaluatedStages, type Stages } from "./evaluated.ts";
import { functionsOf, ofType, one } from "./stage.ts";

const alarmsOf = (stage: Synthesis): string[] =>
  ofType(stage, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name.replace(/^Alarm/, ""));

let stages: Stages;
beforeAll(async () => {
  stages = await evaluatedStages();
}, 300_000);

it("sets alarms on metrics that AWS or Callboard's code writes, with existing names", async () => {
  const stage = stages.production;
  const alarms = ofType(stage, "aws:cloudwatch/metricAlarm:MetricAlarm");
  expect(alarms.length).toBeGreaterThan(20);
  const { widgets } = JSON.parse(
    String(one(stage, "aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody),
  ) as {
    widgets: { properties: { metrics: string[][] } }[];
  };
  const shown = widgets.flatMap(({ properties }) => properties.metrics);
  const own = [
    ...alarms
      .filter(({ inputs }) => inputs.namespace === "Callboard")
      .map(({ inputs }) => String(inputs.metricName)),
    ...shown.filter(([namespace]) => namespace === "Callboard").map(([, metric]) => metric!),
  ];
  const sources = await Promise.all(
    ["core/src", "functions/src"].map(async (folder) => {
      const files = await readdir(join(root, "packages", folder), { recursive: true });
      const code = files.filter((file) => file.endsWith(".ts") && !/\.test\.ts$|\/testing\//.test(file));
      return Promise.all(code.map((file) => readFile(join(root, "packages", folder, file), "utf8")));
    }),
  );
  const text = sources.flat(2).join("\n");
  for (const metric of new Set(own)) expect([metric, text.includes(`"${metric}"`)]).toEqual([metric, true]);
  for (const { name, inputs } of alarms)
    expect([name, inputs.alarmActions]).toEqual([name, [expect.any(String)]]);
});

it("has a row in the runbook for every alarm, and gives their cost", async () => {
  const [operate, deploy] = await Promise.all(
    ["operate", "deploy"].map((page) => readFile(join(root, `docs/${page}.md`), "utf8")),
  );
  const section = operate!.split("## Alarms")[1]!.split("\n## ")[0]!;
  const rows = [...section.matchAll(/^\| `([\w*]+)`/gm)].map(([, name]) => name!);
  const names = alarmsOf(stages.production);
  const isOf = (row: string, name: string) => new RegExp(`^${row.replace("*", "\\w+")}$`).test(name);
  expect(names.filter((name) => !rows.some((row) => isOf(row, name)))).toEqual([]);
  expect(rows.filter((row) => !names.some((name) => isOf(row, name)))).toEqual([]);
  const [, count, dollars] = /^\| (\d+) alarms +\| +\$([\d.]+) \|$/m.exec(deploy!)!;
  expect([Number(count), Number(dollars)]).toEqual([names.length, names.length / 10]);
  // The post-processing has two more, a rule for ServerlessVideo's events another, and plugins each function and rule.
  const more = alarmsOf(stages.dev).filter((name) => !names.includes(name));
  const ofPlugins =
    /^(DurationLimit|TitleAndDescription|Plugins)Errors$|^Rule(Plugin|Turn|Recording|Lifecycle)\w+Lost$/;
  expect(more.filter((name) => ofPlugins.test(name))).toHaveLength(11);
  expect(more.filter((name) => !ofPlugins.test(name)).sort()).toEqual([
    "RuleServerlessVideoLost",
    "RuleTaskStoppedLost",
    "VideosErrors",
  ]);
  expect(more.filter((name) => !rows.some((row) => isOf(row, name)))).toEqual([]);
  const [, extra] = /^\| with the post-processing: two alarms more, .+\| +\$([\d.]+) \|$/m.exec(deploy!)!;
  const zone = Object.values(idlePostProcessing).reduce((sum, bill) => sum + dollarsOf(bill), 0);
  expect(Number(extra)).toBeCloseTo(zone + 0.2);
});

it("finds an error of the function of videos that nobody would notice", () => {
  const resources = stages.dev.resources.filter(({ name }) => name !== "AlarmVideosErrors");
  const videos = functionsOf(stages.dev).find(({ name }) => name === "Videos")!;
  expect(whatGoesWrongIsAlarmed({ ...stages.dev, resources })).toEqual([
    `no alarm on Errors of ${JSON.stringify({ FunctionName: videos.inputs.name })}`,
  ]);
});
