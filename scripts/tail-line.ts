interface BusEvent {
  readonly time?: string;
  readonly source?: string;
  readonly "detail-type"?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Fields of an event's detail that say what it is about; the first one present is shown. */
const subjects = ["subject", "requestId", "channel", "executionArn"];
/** Fields that show its progress. */
const states = ["step", "thread", "state", "percent", "status", "verb"];

/** An event of the bus as a line for people; anything else is shown unchanged. */
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
