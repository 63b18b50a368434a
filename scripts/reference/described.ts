import type { ESTree } from "vite";
import { type Declared, isType } from "./exported.ts";

/** A declaration as the reference shows it. */
export interface Described {
  readonly name: string;
  readonly kind: "code" | "type";
  readonly doc: string;
  /** How it is written in TypeScript; "" when the members say it all. */
  readonly code: string;
  readonly members: readonly Member[];
  /** Whether the compiler wrote it, not whoever wrote the source. */
  readonly isWorkedOut?: boolean;
}

export interface Member {
  readonly code: string;
  readonly doc: string;
}

type Node = { readonly start: number; readonly end: number };

/** Describes one declaration; throws for one whose type only a compiler could tell. */
export function describe(declared: Declared): Described {
  const { name, doc, node, text } = declared;
  const told = { name, doc, kind: isType(declared) ? "type" : "code", members: [] } as const;
  const write = (part: Node | null | undefined) => (part ? tidy(text.slice(part.start, part.end)) : "");
  switch (node.type) {
    case "TSInterfaceDeclaration": {
      const parents = node.extends.map(write).join(", ");
      const head = `${write(node.typeParameters)}${parents && ` extends ${parents}`}`;
      const members = node.body.body.map((part) => memberOf(declared, part));
      return { ...told, code: head && `interface ${name}${head}`, members };
    }
    case "TSTypeAliasDeclaration":
      return { ...told, code: text.slice(node.start, node.end) };
    case "ClassDeclaration": {
      const members = node.body.body.filter(isPublic).map((part) => memberOf(declared, part));
      return {
        ...told,
        code: `class ${name}${node.superClass ? ` extends ${write(node.superClass)}` : ""}`,
        members,
      };
    }
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return { ...told, code: `function ${name}${signature(declared, node)};` };
    case "VariableDeclaration": {
      const { id, init } = node.declarations.find(({ id }) => "name" in id && id.name === name)!;
      if (init?.type === "ArrowFunctionExpression")
        return { ...told, code: `function ${name}${signature(declared, init)};` };
      const typed = "typeAnnotation" in id && write(id.typeAnnotation);
      return { ...told, code: typed ? `const ${name}${typed}` : `const ${name} = ${write(init)}` };
    }
  }
  throw new Error(`${declared.file}: ${name} is a ${node.type}, which the reference cannot show`);
}

const isPublic = (part: ESTree.ClassElement): boolean =>
  (part.type === "PropertyDefinition" || part.type === "MethodDefinition") &&
  part.key.type !== "PrivateIdentifier" &&
  part.accessibility !== "private";

function memberOf(declared: Declared, part: ESTree.TSSignature | ESTree.ClassElement): Member {
  const { text, docOf } = declared;
  const doc = docOf(part);
  if (part.type === "MethodDefinition") {
    const name = text.slice(part.key.start, part.key.end);
    return { doc, code: name + signature(declared, part.value) };
  }
  // The value of a field of a class is nobody's business here.
  const end = part.type === "PropertyDefinition" ? (part.typeAnnotation?.end ?? part.end) : part.end;
  return {
    doc,
    code: tidy(text.slice(part.start, end))
      .replace(/^(override )?readonly /, "")
      .replace(/[;,]$/, ""),
  };
}

type Callable = ESTree.Function | ESTree.ArrowFunctionExpression;

/** Type parameters, parameters and what is returned; a default becomes a question mark. */
function signature({ name, file, text }: Declared, callable: Callable): string {
  const { typeParameters, params, returnType } = callable;
  if (!returnType && name !== "CallboardError")
    throw new Error(`${file}: ${name} does not say what it returns`);
  const written = params.map((parameter) => {
    const isDefault = parameter.type === "AssignmentPattern";
    const target = isDefault ? parameter.left : parameter;
    const annotation = "typeAnnotation" in target ? target.typeAnnotation : undefined;
    const type = annotation ? text.slice(annotation.start, annotation.end) : "";
    if (target.type !== "Identifier" && target.type !== "ObjectPattern")
      return tidy(text.slice(target.start, target.end));
    const called = target.type === "Identifier" ? target.name : nameFor(type);
    const optional = isDefault || ("optional" in target && target.optional) ? "?" : "";
    return called + optional + (annotation && type.includes("/**") ? dedent(text, annotation) : tidy(type));
  });
  const generics = typeParameters ? tidy(text.slice(typeParameters.start, typeParameters.end)) : "";
  const returned = returnType ? tidy(text.slice(returnType.start, returnType.end)) : "";
  return `${generics}(${written.join(", ")})${returned}`;
}

/** A parameter that is taken apart at once has no name of its own. */
function nameFor(type: string): string {
  if (/Options\b/.test(type)) return "options";
  const [, named = "options"] = /^:\s*(?:Readonly<)?(\w+)/.exec(type) ?? [];
  return named[0]!.toLowerCase() + named.slice(1);
}

/** In one line, without comments. */
export const tidy = (code: string): string =>
  code
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replace(/\s+/g, " ")
    .replace(/([(<[]) /g, "$1")
    .replace(/,? ([)>\]])(?!=)/g, "$1")
    .replace(/([:=(<]) \| /g, "$1 ")
    .replace(/; }/g, " }")
    .trim();

/** A part of a text as it stands, moved to the left by what its first line is indented. */
function dedent(text: string, { start, end }: Node): string {
  const [indent = ""] = /^\s*/.exec(text.slice(text.lastIndexOf("\n", start) + 1, start))!;
  return text.slice(start, end).replaceAll(`\n${indent}`, "\n");
}

/** Names of types that a declaration uses. */
export function typesIn(node: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { type, typeName } = part as { type?: string; typeName?: { name?: string } };
    // What a function does is nobody's business here.
    if (type === "BlockStatement" || type === "MethodDefinition") return;
    if (type === "TSTypeReference" && typeName?.name) found.add(typeName.name);
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(node);
  return found;
}
