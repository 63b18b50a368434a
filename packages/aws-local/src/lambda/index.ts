export { type FunctionFolder, openFunctionFolder } from "./function-folder.ts";
export {
  createLambda,
  type FunctionSource,
  type FunctionOptions,
  type Lambda,
  type LambdaOptions,
  type EventTaker,
} from "./lambda.ts";
export type { Invocation, LambdaContext, LambdaHandler } from "./lambda-function.ts";
