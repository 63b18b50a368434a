export { type FunctionFolder, openFunctionFolder } from "./function-folder.ts";
export {
  createLambda,
  type EventReceiver as EventTaker,
  type FunctionOptions,
  type FunctionSource,
  type Lambda,
  type LambdaOptions,
} from "./lambda.ts";
export type { Invocation, LambdaContext, LambdaHandler } from "./lambda-function.ts";
