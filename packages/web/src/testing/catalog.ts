import { amend } from "../words/en/amend.ts";
import { answering } from "../words/en/answering.ts";
import { facts } from "../words/en/facts.ts";
import { history } from "../words/en/history.ts";
import { settings } from "../words/en/settings.ts";
import { enFirst } from "../words/en/theatre.ts";
import { childrenOf, type Node, sourceAt, treeOf } from "./parsed.ts";

/** A text of the words: its path and its parameters; none for a fixed text. */
export interface Entry {
  readonly path: string;
  readonly parameters: readonly Parameter[] | undefined;
}

export interface Parameter {
  readonly name: string;
  /** In the English source's form: `number`, `string`, `boolean`, … */
  readonly type: string;
  readonly isOptional: boolean;
}

/** All English texts of all pages. */
export const allEnglish = { ...enFirst, amend, answering, facts, history, settings };

/** Every text by its path, from the English sources. */
export function catalogEntries(): Entry[] {
  return Object.keys(allEnglish).flatMap((area) => {
    const source = sourceAt(`words/en/${area}.ts`);
    const declared = declarationOf(treeOf(source), area);
    return entriesOf(declared, area, source.text);
  });
}

function declarationOf(tree: Node, name: string): Node {
  const declarators = (tree.body as Node[])
    .filter(({ type }) => type === "ExportNamedDeclaration")
    .flatMap((exported) => ((exported.declaration as Node | null)?.declarations ?? []) as Node[]);
  const found = declarators.find(({ id }) => (id as Node).name === name)?.init as Node | undefined;
  if (found?.type !== "ObjectExpression")
    throw new Error(`words/en/${name}.ts exports no object of that name`);
  return found;
}

function entriesOf(group: Node, at: string, text: string): Entry[] {
  return partsOf(group).flatMap(([name, value]) => {
    const path = `${at}.${name}`;
    if (/^(Object|Array)Expression$/.test(value.type)) return entriesOf(value, path, text);
    if (!/Function/.test(value.type)) return [{ path, parameters: undefined }];
    const parameters = (value.params as Node[]).map((parameter) => parameterOf(parameter, text));
    return [{ path, parameters }];
  });
}

function partsOf(group: Node): [string, Node][] {
  if (group.type === "ArrayExpression")
    return (group.elements as Node[]).map((element, index) => [String(index), element]);
  return (group.properties as Node[]).map(({ key, value }) => {
    const { name, value: literal } = key as Node;
    return [String(name ?? literal), value as Node];
  });
}

function parameterOf(parameter: Node, text: string): Parameter {
  const name = parameter.type === "AssignmentPattern" ? (parameter.left as Node) : parameter;
  const [, annotation] =
    childrenOf((name.typeAnnotation ?? {}) as Node).find(([place]) => place === "typeAnnotation") ?? [];
  return {
    name: String(name.name),
    type: annotation ? text.slice(annotation.start, annotation.end as number) : "",
    isOptional: name.optional === true || parameter.type === "AssignmentPattern",
  };
}
