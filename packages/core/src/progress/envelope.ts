/** What the bus says of an event, beside its detail. */
export interface Envelope {
  /** The event's id. */
  readonly id: string;
  /** When it was put, in milliseconds; EventBridge tells it to the second. */
  readonly time: number;
  /** The execution's ARN, when Step Functions put the event. */
  readonly execution?: string;
}

/** The short name of an execution in keys: the last part of its ARN; `-` for progress that no execution reports. */
export function executionId(arn: string | undefined): string {
  if (arn === undefined) return "-";
  return arn
    .slice(arn.lastIndexOf(":") + 1)
    .replaceAll("/", "_")
    .slice(0, 100);
}
