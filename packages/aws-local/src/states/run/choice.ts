import type { ChoiceRule, Json } from "../asl.ts";
import { evaluateChoiceRule, evaluateTemplate } from "../query/index.ts";
import { evaluateTo, inputOf, leaveJsonata, throughPath } from "./fields.ts";
import { type Exit, type Frame, failRuntime, scopeOf } from "./frame.ts";

/** Choice: goes to the target of the first rule that is true, else to `Default`. */
export async function runChoice(frame: Frame): Promise<Exit> {
  const { state, visit } = frame;
  const isJsonata = frame.language === "JSONata";
  const input = isJsonata ? visit.input : inputOf(frame);
  const rule = await firstRule(frame, input);
  const next = rule?.Next ?? state.Default;
  if (next === undefined) {
    return failRuntime(
      frame,
      "Failed to transition out of the state. The state does not point to a next state.",
    );
  }
  // The state's own Output and Assign belong to Default.
  const fields = rule ?? state;
  if (isJsonata) return leaveJsonata(frame, fields, {}, visit.input, next);
  const { Assign } = fields;
  return {
    output: throughPath(state.OutputPath, input, frame),
    ...(Assign && { assigned: evaluateTemplate(Assign, input, scopeOf(frame)) as Record<string, Json> }),
    next,
  };
}

async function firstRule(frame: Frame, input: Json): Promise<ChoiceRule | undefined> {
  for (const [at, rule] of (frame.state.Choices ?? []).entries()) {
    const holds =
      frame.language === "JSONata"
        ? await evaluateTo(frame, `Choices[${at}]/Condition`, rule.Condition, "boolean", isBoolean)
        : evaluateChoiceRule(rule, input, scopeOf(frame));
    if (holds) return rule;
  }
  return undefined;
}

function isBoolean(value: Json): value is boolean {
  return typeof value === "boolean";
}
