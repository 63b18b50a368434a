import { createStates, memoryStore, tasks, type VirtualClock, virtualClock } from "@callboard/aws-local";
import { definition } from "../definition.ts";
import { substitutions } from "./substitutions.ts";

/** A state of the post-processing: the fields that a walk needs. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly object[];
  readonly Catch?: readonly object[];
  readonly Branches?: readonly Block[];
  readonly ItemProcessor?: Block;
}

interface Block {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type Mock =
  | { readonly result: unknown; readonly fieldValidationMode?: "NONE" }
  | { readonly errorOutput: { readonly error: string; readonly cause?: string } };

export type Variables = Readonly<Record<string, unknown>>;

/** A state that was tested: its input and its result. */
export interface Visit {
  readonly state: string;
  readonly input: unknown;
  readonly variables: Variables;
  readonly answer: TestAnswer;
}

/** The response of TestState, with values where it has JSON in texts. */
export interface TestAnswer {
  readonly status: string;
  readonly output: unknown;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly variables: Variables;
  /** The arguments for its service. */
  readonly given: unknown;
  /** The inputs of a Map's iterations, if they are known. */
  readonly items?: readonly unknown[];
  readonly errorDetails: {
    readonly retryIndex?: number;
    readonly retryBackoffIntervalSeconds?: number;
    readonly catchIndex?: number;
  };
}

/** The context object cannot give redrives to states that are neither mocked nor called; a variable does it here. */
const REDRIVES = "$states.context.Execution.RedriveCount";

const whole = definition(substitutions);
const machine = JSON.parse(whole) as Block;

const blocksOf = ({ Branches = [], ItemProcessor }: State): readonly Block[] =>
  ItemProcessor ? [ItemProcessor] : Branches;

const statesIn = ({ States }: Block): readonly (readonly [name: string, state: State])[] =>
  Object.entries(States).flatMap((named) => [named, ...blocksOf(named[1]).flatMap(statesIn)]);

/** Every state of the post-processing by name, those of branches and iterations included. */
export const states: ReadonlyMap<string, State> = new Map(statesIn(machine));

const isMocked = ({ Type }: State) => ["Task", "Parallel", "Map"].includes(Type);

/** Tests the states of the post-processing one by one, on an engine that calls nothing. Only a Wait takes time. */
export function stateWalk() {
  const clock = virtualClock();
  const engine = createStates({ clock, store: memoryStore(), integrations: tasks([], {}) });

  /** Tests one state; `retries` is how often it was retried. */
  const test = async (
    stateName: string,
    { input = {}, variables = {} }: { readonly input?: unknown; readonly variables?: Variables },
    mock?: Mock,
    retries?: number,
  ): Promise<TestAnswer> => {
    const testing = engine.operations.TestState({
      definition: mock ? whole : whole.replaceAll(REDRIVES, "$redriveCount"),
      stateName,
      input: JSON.stringify(input),
      variables: JSON.stringify(mock ? variables : { ...variables, redriveCount: 0 }),
      inspectionLevel: "DEBUG",
      ...(mock && { mock: wire(mock), context: JSON.stringify(contextOf(stateName, clock.now(), retries)) }),
      ...(retries !== undefined && { stateConfiguration: { retrierRetryCount: retries } }),
    });
    const isWait = states.get(stateName)!.Type === "Wait";
    const { output, inspectionData, ...answer } = await (isWait ? passing(clock, testing) : testing);
    const {
      variables: left,
      afterArguments,
      afterItemSelector,
      errorDetails,
    } = inspectionData as Record<string, string>;
    const { redriveCount, ...after } = JSON.parse(left ?? "{}");
    return {
      ...answer,
      output: output === undefined ? undefined : JSON.parse(output),
      variables: after,
      given: afterArguments === undefined ? undefined : JSON.parse(afterArguments),
      ...(afterItemSelector !== undefined && { items: JSON.parse(afterItemSelector) }),
      errorDetails: (errorDetails ?? {}) as TestAnswer["errorDetails"],
    };
  };

  /**
   * Walks from a state to the end, each state with the output of the one before. A state with retries fails until no
   * retry is left. The mocks of a state are used in turn over the whole walk, and the last one repeatedly. A report has
   * its own mock, and a Parallel or a Map returns what its branches or iterations return.
   */
  const walk = async (
    mocks: Readonly<Record<string, readonly Mock[]>>,
    input: unknown,
    from = { state: machine.StartAt, variables: {} as Variables },
    used = new Map<string, number>(),
  ): Promise<Visit[]> => {
    const visits: Visit[] = [];
    const inner = async ({ StartAt }: Block, given: unknown, variables: Variables) => {
      const visited = await walk(mocks, given, { state: StartAt, variables }, used);
      visits.push(...visited);
      return visited.at(-1)!.answer.output;
    };
    const mockOf = async (name: string, state: State, variables: Variables, given: unknown) => {
      const ends: unknown[] = [];
      if (state.Branches) {
        for (const branch of state.Branches) ends.push(await inner(branch, given, variables));
        return { result: ends };
      }
      if (state.ItemProcessor) {
        const { items = [] } = await test(name, { input: given, variables }, { result: [] });
        for (const item of items) ends.push(await inner(state.ItemProcessor, item, variables));
        return { result: ends };
      }
      const nth = used.get(name) ?? 0;
      used.set(name, nth + 1);
      const own = mocks[name] ?? (isReport(state) ? [reported] : []);
      return own[Math.min(nth, own.length - 1)];
    };
    let at: string | undefined = from.state;
    let { variables } = from;
    let given = input;
    while (at !== undefined) {
      const state: State = states.get(at)!;
      const mock = isMocked(state) ? await mockOf(at, state, variables, given) : undefined;
      if (isMocked(state) && !mock) throw new Error(`no mock for ${at}`);
      const begun = { input: given, variables };
      let answer = await test(at, begun, mock);
      for (let retries = 1; answer.status === "RETRIABLE"; retries++) {
        answer = await test(at, begun, mock, retries);
      }
      visits.push({ state: at, ...begun, answer });
      ({ variables } = answer);
      given = answer.output;
      at = answer.nextState;
    }
    return visits;
  };

  return { test, walk, now: () => clock.now(), close: () => engine.close() };
}

export const isReport = ({ Resource }: State): boolean => Resource === "arn:aws:states:::events:putEvents";

const reported: Mock = { result: { FailedEntryCount: 0, Entries: [{ EventId: "e" }] } };

const wire = (mock: Mock) => ("result" in mock ? { ...mock, result: JSON.stringify(mock.result) } : mock);

const contextOf = (stateName: string, now: number, retries = 0) => ({
  Execution: { Id: "arn:execution", Name: "v_1", StartTime: "2026-01-01T00:00:00.000Z", RedriveCount: 0 },
  State: { Name: stateName, EnteredTime: new Date(now).toISOString(), RetryCount: retries },
  ...(states.get(stateName)?.Resource?.match(/\.(sync|waitForTaskToken)$/) && { Task: { Token: "token" } }),
});

/** Lets time pass until a test is over, because a Wait waits. */
async function passing<T>(clock: VirtualClock, testing: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  testing.then(end, end);
  for (;;) {
    await new Promise((done) => setImmediate(done));
    if (isOver) return testing;
    await clock.advance(1_000);
  }
}
