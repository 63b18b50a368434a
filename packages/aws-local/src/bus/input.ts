import { lookUp } from "../states/query/path/read-path.ts";
import type { BusEvent } from "./event.ts";

/** How a target's input is made from an event; with none of the three, the input is the event itself. */
export interface InputShape {
  /** JSON text that replaces the event. */
  readonly Input?: string;
  /** A JSONPath to the part of the event that becomes the input. */
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** The rule that the event matched, for the predefined variables of a template. */
export interface MatchedRule {
  readonly arn: string;
  readonly name: string;
  /** When the bus accepted the event, milliseconds since the Unix epoch. */
  readonly ingestedAt: number;
}

/**
 * The input of a target. A template's `<name>` becomes JSON outside quotes and text inside quotes; a path without a value
 * gives an empty string. A filled template that is not JSON is passed as text.
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html)
 */
export function targetInput(shape: InputShape, event: BusEvent, rule: MatchedRule): unknown {
  if (shape.Input !== undefined) return JSON.parse(shape.Input);
  if (shape.InputPath !== undefined) return follow(shape.InputPath, event) ?? null;
  if (shape.InputTransformer === undefined) return event;
  const { InputPathsMap = {}, InputTemplate } = shape.InputTransformer;
  const values = new Map<string, unknown>(
    Object.entries(InputPathsMap).map(([name, path]) => [name, follow(path, event)]),
  );
  const { detail: _, ...envelope } = event;
  values.set("aws.events.rule-arn", rule.arn);
  values.set("aws.events.rule-name", rule.name);
  values.set("aws.events.event.ingestion-time", new Date(rule.ingestedAt).toISOString());
  values.set("aws.events.event", envelope);
  values.set("aws.events.event.json", event);
  const filled = fill(InputTemplate, values);
  try {
    return JSON.parse(filled);
  } catch {
    return filled;
  }
}

/** Replaces the placeholders with known names; `\<` and `\>` are the characters themselves. */
function fill(template: string, values: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\[\s\S]|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (token === "\\<" || token === "\\>") return token.slice(1);
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name) ?? (values.get(name) === null ? null : "");
    if (!quoted) return JSON.stringify(value);
    return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value)).slice(1, -1);
  });
}

const NOTHING = { context: {}, variables: {} };

function follow(path: string, event: BusEvent): unknown {
  const result = lookUp(path, event, NOTHING);
  return result.found ? result.value : undefined;
}
