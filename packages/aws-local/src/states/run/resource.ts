import type { IntegrationCall } from "../integration.ts";

/** What a Task's `Resource` names. */
export interface TaskResource {
  /** The key of the integration that serves it. */
  readonly service: string;
  /** The `Resource` without its pattern. */
  readonly resource: string;
  readonly pattern: IntegrationCall["pattern"];
  /** A function's ARN itself: its events in the history have names and details of their own. */
  readonly isFunction: boolean;
  /** How the other events name it: `{resourceType: "events", resource: "putEvents.waitForTaskToken"}`. */
  readonly details: { readonly resourceType?: string; readonly resource: string };
}

const FUNCTION_ARN = /^arn:aws[^:]*:lambda:/;
const SUFFIX = /\.(waitForTaskToken|sync(?::\d+)?)$/;

/** Reads a `Resource` such as `arn:aws:states:::events:putEvents.waitForTaskToken`. */
export function parseResource(text: string): TaskResource {
  if (FUNCTION_ARN.test(text)) {
    return {
      service: "lambdaFunction",
      resource: text,
      pattern: "request",
      isFunction: true,
      details: { resource: text },
    };
  }
  const suffix = SUFFIX.exec(text)?.[1];
  const resource = suffix ? text.slice(0, -suffix.length - 1) : text;
  const named = text.split(":").slice(5).join(":");
  const version = /:\d+$/.exec(suffix ?? "")?.[0] ?? "";
  const cut = named.slice(0, named.length - version.length).lastIndexOf(":");
  return {
    service: resource,
    resource,
    pattern: suffix === undefined ? "request" : suffix === "waitForTaskToken" ? suffix : "sync",
    isFunction: false,
    details: { resourceType: named.slice(0, Math.max(0, cut)), resource: named.slice(cut + 1) },
  };
}
