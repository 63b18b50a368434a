/** A call of a role as it is put to the simulation. */
export interface Judged {
  /** The role's name in the stage. */
  readonly role: string;
  /** What the role does it for. */
  readonly path: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** A call before it is known whose it is. */
export type Made = Omit<Judged, "role" | "path">;

/** What conditions on a call of `PutEvents` may name, of events `source: detail-type`. */
export const eventKeys = (events: readonly string[]) => ({
  "events:source": [...new Set(events.map((one) => one.split(": ")[0]!))],
  "events:detail-type": [...new Set(events.map((one) => one.split(": ")[1]!))],
});

/** What X-Ray is told of everything that is traced. */
export const tracing: readonly Made[] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map(
  (action) => ({
    action,
    resource: "*",
    context: {},
  }),
);
