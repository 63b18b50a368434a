import { SFNClient } from "@aws-sdk/client-sfn";
import { prepareHere } from "../lambda/prepare-here.ts";
import type { PrepareInput } from "../tasks/prepare.ts";
import { answerState } from "./answer-state.ts";
import { watchdog } from "./watchdog.ts";

/** What the Lambda function gets as its payload comes as text, and beside it the token of the state that waits. */
const { PREPARE_INPUT, TASK_TOKEN: taskToken = "" } = process.env;
// Nothing that is printed of the environment is to hold it.
delete process.env.TASK_TOKEN;

const answered = await answerState(
  {
    states: new SFNClient({}),
    taskToken,
    heard: watchdog(),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
  },
  () => prepareHere(process.env)(JSON.parse(PREPARE_INPUT ?? "null") as PrepareInput),
);
console.log(JSON.stringify({ message: `the compute step is ${answered}` }));
// What was abandoned may still be at work.
process.exit(answered === "done" ? 0 : 1);
