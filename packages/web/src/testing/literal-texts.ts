import { childrenOf, lineOf, type Node, type Source, treeOf } from "./parsed.ts";

/** Attributes that people read or hear. */
const spoken = new Set([
  "alt",
  "aria-description",
  "aria-label",
  "aria-placeholder",
  "aria-roledescription",
  "aria-valuetext",
  "label",
  "placeholder",
  "title",
]);

/** Attributes with text for programs. */
const unspoken =
  /^(class(Name)?|id|type|role|href|src|rel|target|name|key|dir|lang|d|points|viewBox|transform|fill|stroke.*|style|data-.*|aria-(live|controls|describedby|labelledby|autocomplete|current|haspopup|activedescendant|owns|relevant|sort|orientation)|autoC.*|inputMode|loading|decoding|preload|kind|referrerPolicy|accept|htmlFor|as|sandbox|allow|media)$/;

/** Two words, or a word with a capital letter at the start. */
const isProse = (text: string): boolean =>
  /\p{L}[\p{L}’'-]*[,;:]?\s+\p{L}{2,}/u.test(text) || /^\s*\p{Lu}\p{Ll}+([\s….!?:,]|$)/u.test(text);
const hasLetters = (text: string): boolean => /\p{L}/u.test(text);

/** Which texts of a place count: any with letters, only prose, or none. */
type Strictness = "letters" | "prose" | "none";

/**
 * Texts in a source that should be among the words: what is drawn, announced or shown on hover, and other
 * prose. Each is `path:line: text`.
 */
export function literalTexts(source: Source): string[] {
  const found: string[] = [];
  const take = (node: Node, text: string, strictness: Strictness) => {
    const counts = strictness === "letters" ? hasLetters(text) : strictness === "prose" && isProse(text);
    if (counts)
      found.push(`${source.path}:${lineOf(source.text, node)}: ${text.trim().replace(/\s+/g, " ")}`);
  };

  function walk(node: Node, strictness: Strictness): void {
    switch (node.type) {
      case "JSXText":
        take(node, node.value as string, "letters");
        return;
      case "Literal":
        if (typeof node.value === "string") take(node, node.value, strictness);
        return;
      case "TemplateElement":
        take(node, (node.value as { cooked: string | null }).cooked ?? "", strictness);
        return;
      case "JSXAttribute":
        walkAttribute(node);
        return;
      case "JSXElement":
      case "JSXFragment":
        for (const [place, child] of childrenOf(node))
          walk(child, place === "children" ? "letters" : "prose");
        return;
      case "BinaryExpression":
        // Texts in comparisons are not shown; parts of concatenations are.
        for (const [, child] of childrenOf(node)) walk(child, node.operator === "+" ? strictness : "none");
        return;
      case "ConditionalExpression":
      case "LogicalExpression":
        for (const [place, child] of childrenOf(node))
          walk(child, place === "test" || (place === "left" && node.operator === "&&") ? "none" : strictness);
        return;
      case "TemplateLiteral":
        for (const [, child] of childrenOf(node)) walk(child, strictness);
        return;
      case "JSXExpressionContainer":
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
        for (const [place, child] of childrenOf(node)) if (place === "expression") walk(child, strictness);
        return;
      case "CallExpression":
        if (/^(querySelector(All)?|closest|matches|matchMedia|useMedia)$/.test(nameOf(node.callee as Node)))
          return;
        break;
      case "NewExpression":
        // Error messages are for developers.
        if (/Error$/.test(nameOf(node.callee as Node))) return;
        break;
      case "SwitchCase":
        for (const [place, child] of childrenOf(node)) walk(child, place === "test" ? "none" : "prose");
        return;
      case "ExpressionStatement":
        if (typeof node.directive === "string") return;
        break;
    }
    if (node.type.startsWith("TS") || /^(Import|Export(All|Named)Decl.*Source)/.test(node.type)) return;
    for (const [place, child] of childrenOf(node))
      if (!(place === "source" || (place === "key" && node.computed !== true))) walk(child, "prose");
  }

  function walkAttribute(node: Node): void {
    const name = nameOf(node.name as Node);
    if (node.value === null || node.value === undefined) return;
    walk(node.value as Node, spoken.has(name) ? "letters" : unspoken.test(name) ? "none" : "prose");
  }

  walk(treeOf(source), "prose");
  return found;
}

/** An identifier's or attribute's name: `aria-label`; empty without one. */
const nameOf = (node: Node): string =>
  typeof node.name === "string"
    ? node.name
    : node.type === "JSXNamespacedName"
      ? `${nameOf(node.namespace as Node)}:${nameOf(node.name as Node)}`
      : node.type === "MemberExpression"
        ? nameOf(node.property as Node)
        : "";
