import type { Integration, Integrations, Pattern } from "../states/integration.ts";

/** Of the services whose own answer is all that a state can wait for. */
export const REQUEST: readonly Pattern[] = ["request"];
/** Of those that can be handed a task token. */
export const CALLBACK: readonly Pattern[] = ["request", "waitForTaskToken"];

const PREFIX = "arn:aws:states:::";

/** Integrations by the names of their resources, `sqs:sendMessage`, each with the same patterns. */
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

/** What a resource of a service is called, `sqs:sendMessage`; undefined for the ARN of anything else. */
export function nameOf(resource: string): string | undefined {
  return resource.startsWith(PREFIX) ? resource.slice(PREFIX.length) : undefined;
}

/** Whichever of them, in their order, makes the call of a resource. */
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
