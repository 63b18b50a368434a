import { arnOf } from "../arn.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import { busNameOf } from "./event.ts";
import { InvalidPattern, matchesPattern } from "./pattern.ts";
import type { PutEventsResult } from "./put-events.ts";
import { readTarget } from "./read-target.ts";
import type { Rule, Rules } from "./rules.ts";

type Input = Readonly<Record<string, unknown>>;

export interface OperationsOptions {
  readonly rules: Rules;
  readonly region: string;
  readonly accountId: string;
  readonly putEvents: (entries: unknown) => Promise<PutEventsResult>;
}

const MAX_BUSES = 100;
const MAX_RULES = 300;
const MAX_TARGETS = 5;
const MAX_PATTERN_LENGTH = 4_096;

/** The embedded part of EventBridge's API, by operation name. */
export type BusOperations = ReturnType<typeof busOperations>;

export function busOperations({ rules, region, accountId, putEvents }: OperationsOptions) {
  const arn = (resource: string) => arnOf({ region, accountId }, "events", resource);
  const busArn = (name: string) => arn(`event-bus/${name}`);
  const describeBus = (name: string) => ({ Name: name, Arn: busArn(name) });

  const requireBus = (input: Input): string => {
    const name = busNameOf(optionalText(input, "EventBusName") ?? "default");
    if (rules.buses().includes(name)) return name;
    throw new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
  };
  const required = (bus: string, name: string, rule: Rule | undefined): Rule => {
    if (rule) return rule;
    throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
  };
  const requireRule = (input: Input, field: "Name" | "Rule"): Rule => {
    const bus = requireBus(input);
    const name = text(input, field);
    return required(bus, name, rules.find(bus, name));
  };
  const changeRule = (input: Input, field: "Name" | "Rule", decide: (rule: Rule) => Rule) => {
    const bus = requireBus(input);
    const name = text(input, field);
    return rules.change(bus, name, (rule) => decide(required(bus, name, rule)));
  };
  const setEnabled = async (input: Input, enabled: boolean) => {
    await changeRule(input, "Name", (rule) => ({ ...rule, enabled }));
    return {};
  };

  return {
    PutEvents: (input: Input) => putEvents(input.Entries),

    async CreateEventBus(input: Input) {
      const name = checkName(text(input, "Name"), /^[/.\-_A-Za-z0-9]{1,256}$/);
      await rules.addBus(name, (count, exists) => {
        if (exists) throw new AwsError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
        if (count >= MAX_BUSES) throw tooMany(`${MAX_BUSES} event buses`);
      });
      return { EventBusArn: busArn(name) };
    },

    async DescribeEventBus(input: Input) {
      return describeBus(requireBus({ EventBusName: input.Name }));
    },

    async ListEventBuses(input: Input) {
      const prefix = optionalText(input, "NamePrefix") ?? "";
      const names = rules.buses().filter((name) => name.startsWith(prefix));
      return page(input, "EventBuses", names.map(describeBus));
    },

    async PutRule(input: Input) {
      const bus = requireBus(input);
      const name = checkName(text(input, "Name"), /^[.\-_A-Za-z0-9]{1,64}$/);
      if (input.ScheduleExpression !== undefined) throw invalid("ScheduleExpression is not supported here.");
      const pattern = text(input, "EventPattern");
      checkPattern(pattern);
      const state = optionalText(input, "State") ?? "ENABLED";
      const description = optionalText(input, "Description");
      const ruleArn = arn(bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`);
      await rules.change(bus, name, (known, others) => {
        if (!known && others() >= MAX_RULES) throw tooMany(`${MAX_RULES} rules on a bus`);
        return {
          bus,
          name,
          arn: ruleArn,
          pattern,
          enabled: state !== "DISABLED",
          ...(description !== undefined && { description }),
          targets: known?.targets ?? [],
        };
      });
      return { RuleArn: ruleArn };
    },

    async DeleteRule(input: Input) {
      const bus = requireBus(input);
      await rules.change(bus, text(input, "Name"), (rule) => {
        if (rule && rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
        return undefined;
      });
      return {};
    },

    async ListRules(input: Input) {
      const prefix = optionalText(input, "NamePrefix") ?? "";
      const found = rules.list(requireBus(input)).filter(({ name }) => name.startsWith(prefix));
      return page(input, "Rules", found.map(describeRule));
    },

    DescribeRule: async (input: Input) => describeRule(requireRule(input, "Name")),
    EnableRule: (input: Input) => setEnabled(input, true),
    DisableRule: (input: Input) => setEnabled(input, false),

    async PutTargets(input: Input) {
      requireRule(input, "Rule");
      const given = list(input, "Targets").map(readTarget);
      const ids = new Set(given.map(({ Id }) => Id));
      await changeRule(input, "Rule", (rule) => {
        const targets = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...given];
        if (targets.length > MAX_TARGETS) throw tooMany(`${MAX_TARGETS} targets of a rule`);
        return { ...rule, targets };
      });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    async RemoveTargets(input: Input) {
      const { name } = requireRule(input, "Rule");
      const ids = list(input, "Ids");
      let missing: unknown[] = [];
      await changeRule(input, "Rule", (rule) => {
        const known = new Set<unknown>(rule.targets.map(({ Id }) => Id));
        missing = ids.filter((id) => !known.has(id));
        return { ...rule, targets: rule.targets.filter(({ Id }) => !ids.includes(Id)) };
      });
      const FailedEntries = missing.map((TargetId) => ({
        TargetId,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Rule ${name} does not have any targets with id: ${TargetId}`,
      }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },

    ListTargetsByRule: async (input: Input) => page(input, "Targets", requireRule(input, "Rule").targets),

    async TestEventPattern(input: Input) {
      const pattern = text(input, "EventPattern");
      checkPattern(pattern);
      const event = parseJson(text(input, "Event"));
      if (!isObject(event)) throw invalid("Parameter Event is not valid.");
      return { Result: matchesPattern(JSON.parse(pattern), event) };
    },
  };
}

function describeRule(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    EventBusName: rule.bus,
    ...(rule.description !== undefined && { Description: rule.description }),
  };
}

function checkPattern(pattern: string): void {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw invalid(`EventPattern has more than ${MAX_PATTERN_LENGTH} characters.`);
  const parsed = parseJson(pattern);
  if (parsed === undefined) {
    throw new AwsError("InvalidEventPatternException", "Event pattern is not valid. Reason: it is not JSON");
  }
  try {
    matchesPattern(parsed, {});
  } catch (cause) {
    if (!(cause instanceof InvalidPattern)) throw cause;
    throw new AwsError("InvalidEventPatternException", cause.message);
  }
}

/** A page of a list: `Limit` items, starting at `NextToken`. */
function page(input: Input, name: string, items: readonly object[]): object {
  const from = Number(input.NextToken ?? 0);
  const limit = Number(input.Limit ?? 100);
  if (!Number.isInteger(from) || from < 0) throw invalid("NextToken is not valid.");
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("Limit must be from 1 to 100.");
  const to = from + limit;
  return { [name]: items.slice(from, to), ...(to < items.length && { NextToken: String(to) }) };
}

function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") throw invalid(`${name} is required.`);
  return value;
}

function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw invalid(`${name} must be a string.`);
  return value;
}

function list(input: Input, name: string): unknown[] {
  const value = input[name];
  if (!Array.isArray(value) || value.length < 1 || value.length > 100) {
    throw invalid(`${name} must have 1 to 100 members.`);
  }
  return value;
}

function checkName(name: string, shape: RegExp): string {
  if (shape.test(name)) return name;
  throw invalid(
    "Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern",
  );
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function tooMany(what: string): AwsError {
  return new AwsError("LimitExceededException", `The limit of ${what} is reached.`);
}
