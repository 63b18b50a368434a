/** The names of an object's fields, sorted, each with `?` where it may be absent. */
export function shapeOf(schema: { def: { shape: object } }): string[] {
  const fields = Object.entries(schema.def.shape) as [string, { def: { type: string } }][];
  return fields.map(([name, field]) => (field.def.type === "optional" ? `${name}?` : name)).sort();
}

/** Every interface in the ```ts blocks of a page: its fields, under its name and under its `type`. */
export function interfacesOf(markdown: string): Map<string, string[]> {
  const shapes = new Map<string, string[]>();
  for (const [, name = "", body = ""] of codeOf(markdown).matchAll(
    /interface (\w+) (\{[\s\S]*?\n?\})(?=\n|$)/g,
  )) {
    const fields = fieldsIn(body);
    shapes.set(name, fields);
    const type = /\btype: "(\w+)"/.exec(body)?.[1];
    if (type) shapes.set(type, fields);
  }
  return shapes;
}

/** The objects of a union type in the ```ts blocks of a page. */
export function literalsOf(markdown: string, name: string): string[][] {
  const [, union = ""] = new RegExp(`type ${name} =((?:\n +|.*)+)`).exec(codeOf(markdown)) ?? [];
  return [...union.matchAll(/\{[^{}]*\}/g)].map(([body]) => fieldsIn(body));
}

const codeOf = (markdown: string) =>
  [...markdown.matchAll(/^```ts.*\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join("\n");

/** The fields of an object type at its first level. */
function fieldsIn(body: string): string[] {
  let inner = body.slice(1, -1);
  for (let before = ""; before !== inner; ) {
    before = inner;
    inner = inner.replace(/\{[^{}]*\}|\[[^[\]]*\]|<[^<>]*>/g, "");
  }
  return [...inner.matchAll(/(?:^|[;\n])\s*(\w+\??):/g)].map(([, field = ""]) => field).sort();
}
