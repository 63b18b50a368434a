import type { Pattern } from "../integration.ts";

/** What a Task's `Resource` names. */
export interface TaskResource {
  /** The `Resource` without its pattern, a service's without Region and account. */
  readonly resource: string;
  readonly pattern: Pattern;
  /** A function's ARN itself: its events in the history have names and details of their own. */
  readonly isFunction: boolean;
  /** How the other events name it: `{resourceType: "events", resource: "putEvents.waitForTaskToken"}`. */
  readonly details: { readonly resourceType?: string; readonly resource: string };
}

const FUNCTION_ARN = /^arn:aws[^:]*:lambda:/;
const SUFFIX = /\.(waitForTaskToken|sync|sync:2)$/;
/** Whose ARNs have a Region and an account of their own: what is named there is no service. */
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
