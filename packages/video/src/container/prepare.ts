import { prepareHere } from "../lambda/prepare-here.ts";
import type { PrepareInput } from "../tasks/prepare.ts";

// What the Lambda function gets as its payload comes to the container as text; exit code 1 fails the state.
const input = JSON.parse(process.env.PREPARE_INPUT ?? "null") as PrepareInput;
console.log(JSON.stringify(await prepareHere(process.env)(input)));
