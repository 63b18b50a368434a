import type { BusEvent } from "@callboard/protocol";
import { callboard } from "./callboard.ts";
import { mailFeedback } from "./mail-feedback.ts";
import { plugins } from "./plugins.ts";
import type { BusRule, Producer, Watched } from "./producer.ts";
import { serverlessVideo } from "./serverless-video.ts";
import { stepFunctions } from "./step-functions.ts";
import { workflow } from "./workflow.ts";

/** All producers whose events Callboard takes in: the first that matches handles an event. */
const producers: readonly Producer[] = [stepFunctions, mailFeedback, serverlessVideo, callboard, workflow];

/** The producer of an event; undefined: none that Callboard knows. */
export const producerOf = (event: BusEvent): Producer | undefined =>
  producers.find((producer) => producer.matches(event));

/** Which events reach which function. `watched` are the state machines whose executions Callboard follows. */
export const busRules = (watched: Watched): BusRule[] =>
  [...producers, plugins].flatMap(({ bus, rules }) =>
    rules(watched).map((rule) => ({ target: "ingest", bus, ...rule })),
  );
