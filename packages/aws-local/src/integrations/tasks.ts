import type { Integration, Integrations, Pattern } from "../states/integration.ts";

/** For services where a state can wait only for the service's own answer. */
export const REQUEST: readonly Pattern[] = ["request"];
/** For services that can receive a task token. */
export const CALLBACK: readonly Pattern[] = ["request", "waitForTaskToken"];

const PREFIX = "arn:aws:states:::";

/** Integrations by the names of their resources, `sqs:sendMessage`, all with the same patterns. */
export function tasks(
  patterns: readonly Pattern[],
  byName: Readonly<Record<string, Integration>>,
): Integrations {
  return {
    find(resource, pattern) {
      const name = nameOf(resource);
      if (name === undefined || !patterns.includes(pattern) || !Object.hasOwn(byName, name)) return undefined;
      return byName[name];
    },
  };
}

/** The name of a service's resource, `sqs:sendMessage`; undefined for any other ARN. */
export function nameOf(resource: string): string | undefined {
  return resource.startsWith(PREFIX) ? resource.slice(PREFIX.length) : undefined;
}

/** The first of several integrations, in order, that serves a resource. */
export function firstOf(...services: readonly Integrations[]): Integrations {
  return {
    find(resource, pattern) {
      for (const service of services) {
        const found = service.find(resource, pattern);
        if (found) return found;
      }
      return undefined;
    },
  };
}
