import { AwsError } from "../../endpoint/aws-json.ts";
import { isObject } from "../../json.ts";
import type { MachineDefinition, StateDefinition, StatesBlock } from "../asl.ts";
import { checkBlock } from "../check-block.ts";
import { type DefinitionProblem, SCHEMA } from "../checking.ts";
import { checkDefinition, refuseProblems } from "../definition.ts";

/** AWS's name for the tested state, whatever its name in the machine. */
export const STATE_NAME = "StateName";

/** The tested state, as the only state of a machine. */
export interface TestedState {
  readonly machine: MachineDefinition;
  readonly state: StateDefinition;
  /** Whether it is one of a Map's own states. */
  readonly isInMap: boolean;
}

/**
 * The state of a definition, or the one that is called `name`, at any depth. Throws `InvalidDefinition`, and
 * `ValidationException` if there is no such state.
 */
export function testedState(definition: string, name: string | undefined): TestedState {
  refuseProblems(checkDefinition(definition, name === undefined ? checkSingle : checkBlock));
  if (name === undefined) {
    const state = JSON.parse(definition) as StateDefinition;
    return { machine: alone(state), state, isInMap: false };
  }
  const whole = JSON.parse(definition) as MachineDefinition;
  const found = findState(whole, name, false);
  if (!found) throw new AwsError("ValidationException", "State not found in definition");
  const language = whole.QueryLanguage && { QueryLanguage: whole.QueryLanguage };
  return { ...found, machine: { ...alone(found.state), ...language } };
}

/** Whether a Parallel or a Map has a state of a name, at any depth. */
export const holdsState = (state: StateDefinition, name: string): boolean =>
  blocksOf(state).some((block) => findState(block, name, false) !== undefined);

const alone = (state: StateDefinition): MachineDefinition => ({
  StartAt: STATE_NAME,
  States: { [STATE_NAME]: state },
});

/** The targets of a single state are not known. */
const ITS_TARGETS = new RegExp(`^/States/${STATE_NAME}/(Next|Default|(Choices|Catch)\\[\\d+\\]/Next)$`);

function checkSingle(definition: unknown): DefinitionProblem[] {
  if (isObject(definition) && definition.Type === undefined && definition.States !== undefined) {
    const message = "A whole state machine needs a stateName, which says the state to be tested,";
    return [{ code: SCHEMA, message, location: "/" }];
  }
  return checkBlock({ StartAt: STATE_NAME, States: { [STATE_NAME]: definition } }).filter(
    ({ code, location }) => code !== "MISSING_TRANSITION_TARGET" || !ITS_TARGETS.test(location),
  );
}

function findState(
  { States }: StatesBlock,
  name: string,
  isInMap: boolean,
): { state: StateDefinition; isInMap: boolean } | undefined {
  if (Object.hasOwn(States, name)) return { state: States[name]!, isInMap };
  for (const state of Object.values(States)) {
    for (const block of blocksOf(state)) {
      const found = findState(block, name, isInMap || state.Type === "Map");
      if (found) return found;
    }
  }
  return undefined;
}

const blocksOf = ({ Branches = [], ItemProcessor, Iterator }: StateDefinition): readonly StatesBlock[] => [
  ...Branches,
  ...[ItemProcessor ?? Iterator].filter((block) => block !== undefined),
];
