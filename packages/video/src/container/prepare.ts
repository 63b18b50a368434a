import { SFNClient } from "@aws-sdk/client-sfn";
import { prepareHere } from "../lambda/prepare-here.ts";
import type { PrepareInput } from "../tasks/prepare.ts";
import { answerState } from "./answer-state.ts";
import { watchdog } from "./watchdog.ts";

/** The payload of the Lambda function comes as text, together with the token of the waiting state. */
const { PREPARE_INPUT, TASK_TOKEN: taskToken = "" } = process.env;
// So that no output of the environment contains it.
delete process.env.TASK_TOKEN;

const answered = await answerState(
  {
    states: new SFNClient({}),
    taskToken,
    onHeartbeat: watchdog(),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
  },
  () => prepareHere(process.env)(JSON.parse(PREPARE_INPUT ?? "null") as PrepareInput),
);
console.log(JSON.stringify({ message: `the compute step is ${answered}` }));
// Abandoned work may still be running.
process.exit(answered === "done" ? 0 : 1);
