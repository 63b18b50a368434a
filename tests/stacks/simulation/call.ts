/** A role's call for the simulation. */
export interface Judged {
  /** The role's name in the stage. */
  readonly role: string;
  /** The purpose of the call. */
  readonly path: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** A call before its role is known. */
export type Made = Omit<Judged, "role" | "path">;

/** Condition keys of a `PutEvents` call with events `source: detail-type`. */
export const eventKeys = (events: readonly string[]) => ({
  "events:source": [...new Set(events.map((one) => one.split(": ")[0]!))],
  "events:detail-type": [...new Set(events.map((one) => one.split(": ")[1]!))],
});

/** The X-Ray calls of everything that is traced. */
export const tracing: readonly Made[] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map(
  (action) => ({
    action,
    resource: "*",
    context: {},
  }),
);
