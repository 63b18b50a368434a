import { eventSource, eventSubjects } from "@callboard/video/definition";
import { Callboard } from "./callboard.ts";
import { checkProcessing } from "./check-processing.ts";
import { sources } from "./code.ts";
import { devPanes } from "./dev.ts";
import { formerTable } from "./former-table.ts";
import { lifecycle } from "./life-cycle.ts";
import { namesOf } from "./names.ts";
import { readStageSettings } from "./stage-settings.ts";
import { videos } from "./videos.ts";
import { workflow } from "./workflow.ts";

/**
 * The stage of this repository: Callboard from its sources, with settings from the environment, and optionally the
 * post-processing of videos. Returns what the person who deploys needs to know.
 */
export async function deployment() {
  const settings = readStageSettings($app.stage, process.env);
  await formerTable(settings);
  await checkProcessing(settings);
  const { models, lists } = settings;
  const names = namesOf("");
  let stateMachine: $util.Output<string> | undefined;
  const callboard = new Callboard(
    "",
    { environment: process.env, lists },
    {
      code: sources(),
      ...(models
        ? {
            workflow(on) {
              const processing = workflow(names, { ...settings, models }, on);
              stateMachine = processing.stateMachine.arn;
              const { probe } = processing.functions;
              const cycle = settings.plugins
                ? lifecycle(names, settings, on, { stateMachine: processing.stateMachine, probe })
                : undefined;
              const roles = [...processing.putting, ...(cycle?.putting ?? [])];
              return {
                stateMachines: [stateMachine, ...(cycle?.stateMachines ?? [])],
                publisher: { source: eventSource, subjects: eventSubjects, roles },
                videos: videos(names, settings, on, processing.stateMachine, cycle?.recording),
                functions: cycle?.functions ?? {},
                rules: [processing.stopped, ...(cycle?.rules ?? [])],
              };
            },
          }
        : {}),
    },
  );
  devPanes(names, callboard.bus);
  const { busPolicy, pages } = callboard;
  return {
    socket: callboard.socket,
    http: callboard.http,
    bus: callboard.bus.name,
    ...(settings.busName ? { busPolicy } : {}),
    undelivered: callboard.undelivered,
    failed: callboard.failed,
    wakeups: callboard.wakeups,
    alarms: callboard.alarms,
    table: callboard.table.name,
    bucket: callboard.bucket.name,
    check: callboard.check,
    ...callboard.people,
    ...(stateMachine ? { stateMachine } : {}),
    ...(pages ? { pages } : {}),
  };
}
