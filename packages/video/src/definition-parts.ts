/** A state machine as JSON, as far as its states are led from one to the other. */
interface Machine {
  readonly States: Record<string, State>;
}

interface State {
  Next?: string;
  Branches?: { readonly StartAt: string }[];
  Catch?: { Next: string }[];
  Arguments?: { Entries?: Entry[] };
  Output?: Record<string, unknown>;
}

interface Entry {
  readonly Detail: Readonly<Record<string, unknown>>;
}

/** What a deployment may leave out of the state machine. */
export interface LeftOut {
  /** No image model is named: the step is skipped, and the execution ends without a picture. */
  readonly picture: boolean;
  /** No model outside AWS is named: Bedrock's alone proposes titles. */
  readonly endpoint: boolean;
}

/** The states that draw, from the first to the report that leads on. */
const drawing = ["DescribePicture", "DrawPicture", "StoreAvatar", "DrawAgain", "ReportAvatar"] as const;

/** The definition's text without what is left out. */
export function leaveOut(source: string, { picture, endpoint }: LeftOut): string {
  if (!picture && !endpoint) return source;
  const machine = JSON.parse(source) as Machine;
  if (endpoint) dropEndpoint(machine);
  if (picture) dropPicture(machine);
  return JSON.stringify(machine);
}

function dropEndpoint({ States: states }: Machine): void {
  const titles = stateOf(states, "ProposeTitles");
  titles.Branches = titles.Branches!.filter(({ StartAt }) => StartAt !== "CheckEndpoint");
}

/** The report before the drawing says that it is skipped, along with what the report after it would have said. */
function dropPicture({ States: states }: Machine): void {
  const [before, after] = [stateOf(states, "ReportChosen"), stateOf(states, "ReportAvatar")];
  const next = after.Next!;
  before.Arguments!.Entries = [
    ...entriesOf(before).map((entry) => (stepOf(entry) === "avatar" ? skipped(entry) : entry)),
    ...entriesOf(after).filter((entry) => stepOf(entry) !== "avatar"),
  ];
  before.Next = next;
  for (const caught of before.Catch!) caught.Next = next;
  delete stateOf(states, "Finished").Output!.avatar;
  for (const name of drawing) delete states[name];
}

const stepOf = ({ Detail: { step } }: Entry) => step;
const entriesOf = (state: State): Entry[] => state.Arguments!.Entries!;
const skipped = (entry: Entry): Entry => ({
  ...entry,
  Detail: { ...entry.Detail, state: "skipped", message: "{% $lookup($texts, $lang).noPicture %}" },
});

function stateOf(states: Machine["States"], name: string): State {
  const state = states[name];
  if (!state) throw new Error(`the state machine has no state ${name}`);
  return state;
}
