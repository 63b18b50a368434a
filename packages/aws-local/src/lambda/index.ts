export { createLambda, type FunctionOptions, type Lambda, type LambdaOptions } from "./lambda.ts";
export type { Invocation, LambdaContext, LambdaHandler } from "./lambda-function.ts";
