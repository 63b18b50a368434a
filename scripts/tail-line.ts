interface BusEvent {
  readonly time?: string;
  readonly source?: string;
  readonly "detail-type"?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What of an event's detail says what it is about, the first that it has. */
const subjects = ["subject", "requestId", "channel", "executionArn"];
/** And how far that is. */
const states = ["step", "thread", "state", "percent", "status", "verb"];

/** An event of the bus as a line for people; what is no event as it is. */
export function lineOf(message: string): string {
  let event: BusEvent;
  try {
    event = JSON.parse(message) as BusEvent;
  } catch {
    return message;
  }
  const { time = "", source = "", detail = {} } = event;
  const about = subjects.map((name) => detail[name]).find((value) => typeof value === "string");
  const rest = states.filter((name) => detail[name] !== undefined).map((name) => `${name} ${detail[name]}`);
  return [time.slice(11, 19), source, event["detail-type"], about, ...rest].filter(Boolean).join("  ");
}
