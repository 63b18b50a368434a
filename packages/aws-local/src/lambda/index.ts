export {
  createLambda,
  type FunctionOptions,
  type Lambda,
  type LambdaOptions,
  type LambdaTarget,
} from "./lambda.ts";
export type { Invocation, LambdaContext, LambdaHandler } from "./lambda-function.ts";
