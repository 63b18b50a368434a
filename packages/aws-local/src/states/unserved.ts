import type { MachineDefinition, StateDefinition, StatesBlock } from "./asl.ts";
import type { DefinitionProblem } from "./checking.ts";
import type { Integrations } from "./integration.ts";
import { parseResource } from "./run/resource.ts";

/** Knows whether a resource has a service here, and what to do if not. */
export interface Serving {
  readonly integrations: Integrations;
  readonly remedy: (resource: string) => string;
}

/** The states of a machine whose resource has no service here: they would end an execution. */
export function unservedStates(machine: MachineDefinition, serving: Serving): DefinitionProblem[] {
  return unservedIn(machine, "", serving);
}

function unservedIn({ States }: StatesBlock, at: string, serving: Serving): DefinitionProblem[] {
  return Object.entries(States).flatMap(([name, state]) => {
    const location = `${at}/States/${name}`;
    const own = calledBy(state).flatMap(([field, called]): DefinitionProblem[] => {
      const { resource, pattern } = parseResource(called);
      if (serving.integrations.find(resource, pattern)) return [];
      const message = `Nothing here serves ${called}. ${serving.remedy(resource)}`.trim();
      return [{ code: "NOT_SERVED", message, location: `${location}/${field}` }];
    });
    const inner = blocksOf(state).flatMap(([field, block]) =>
      unservedIn(block, `${location}/${field}`, serving),
    );
    return [...own, ...inner];
  });
}

function calledBy({ Type, Resource, ItemReader, ResultWriter }: StateDefinition): [string, string][] {
  const called: [string, string | undefined][] =
    Type === "Task"
      ? [["Resource", Resource]]
      : [
          ["ItemReader/Resource", ItemReader?.Resource],
          ["ResultWriter/Resource", ResultWriter?.Resource],
        ];
  return called.filter((one): one is [string, string] => one[1] !== undefined);
}

function blocksOf({
  Branches = [],
  ItemProcessor,
  Iterator: items,
}: StateDefinition): [string, StatesBlock][] {
  return [
    ...Branches.map((branch, nth): [string, StatesBlock] => [`Branches[${nth}]`, branch]),
    ...(ItemProcessor ? [["ItemProcessor", ItemProcessor] as [string, StatesBlock]] : []),
    ...(items ? [["Iterator", items] as [string, StatesBlock]] : []),
  ];
}
