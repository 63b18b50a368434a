import { taskFunctionsHere } from "./task-functions.ts";

export const handler = taskFunctionsHere(process.env).probe;
