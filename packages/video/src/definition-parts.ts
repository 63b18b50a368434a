/** A state machine as JSON, with the fields that connect its states. */
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

/** The parts of the state machine that a deployment may leave out. */
export interface LeftOut {
  /** There is no image model: the step is skipped, and the execution ends without a picture. */
  readonly picture: boolean;
  /** There is no model outside AWS: only Bedrock's proposes titles. */
  readonly endpoint: boolean;
}

/** The states that make the picture, from the first to the last report. */
const drawing = ["DescribePicture", "DrawPicture", "StoreAvatar", "DrawAgain", "ReportAvatar"] as const;

/** The definition's text without the parts that are left out. */
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

/** The report before the picture says that the step is skipped, with the fields of the report after it. */
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
