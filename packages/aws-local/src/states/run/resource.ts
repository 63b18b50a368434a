import type { Pattern } from "../integration.ts";

/** A Task's parsed `Resource`. */
export interface TaskResource {
  /** The `Resource` without its pattern; for a service, without Region and account. */
  readonly resource: string;
  readonly pattern: Pattern;
  /** A function's own ARN: its events in the history have their own names and details. */
  readonly isFunction: boolean;
  /** Its name in all other events: `{resourceType: "events", resource: "putEvents.waitForTaskToken"}`. */
  readonly details: { readonly resourceType?: string; readonly resource: string };
}

const FUNCTION_ARN = /^arn:aws[^:]*:lambda:/;
const SUFFIX = /\.(waitForTaskToken|sync|sync:2)$/;
/** Services whose ARNs have a Region and an account: such a Resource is not a service integration. */
const OWN_ARN = /^arn:aws[^:]*:states:[^:]*:\d*:(activity|stateMachine):/;
const SERVICE_ARN = /^arn:aws[^:]*:states:[^:]*:\d*:/;

/** Reads a `Resource` such as `arn:aws:states:::events:putEvents.waitForTaskToken`. */
export function parseResource(text: string): TaskResource {
  if (FUNCTION_ARN.test(text)) {
    return {
      resource: text,
      pattern: "request",
      isFunction: true,
      details: { resource: text },
    };
  }
  const suffix = SUFFIX.exec(text)?.[1];
  const whole = suffix ? text.slice(0, -suffix.length - 1) : text;
  const named = text.split(":").slice(5).join(":");
  const version = /:\d+$/.exec(suffix ?? "")?.[0] ?? "";
  const cut = named.slice(0, named.length - version.length).lastIndexOf(":");
  return {
    resource: OWN_ARN.test(whole) ? whole : whole.replace(SERVICE_ARN, "arn:aws:states:::"),
    pattern: (suffix ?? "request") as Pattern,
    isFunction: false,
    details: { resourceType: named.slice(0, Math.max(0, cut)), resource: named.slice(cut + 1) },
  };
}
