import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The services whose mocked answers are checked: their folder in botocore, and their name in a Task's Resource. */
const SERVICES: readonly (readonly [folder: string, name: string])[] = [
  ["athena", "athena"],
  ["batch", "batch"],
  ["bedrock-runtime", "bedrockruntime"],
  ["dynamodb", "dynamodb"],
  ["ecs", "ecs"],
  ["events", "eventbridge"],
  ["kms", "kms"],
  ["lambda", "lambda"],
  ["s3", "s3"],
  ["secretsmanager", "secretsmanager"],
  ["sesv2", "sesv2"],
  ["stepfunctions", "sfn"],
  ["sns", "sns"],
  ["sqs", "sqs"],
  ["transcribe", "transcribe"],
];

interface Model {
  readonly operations: Readonly<Record<string, { readonly output?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly document?: boolean;
}

/** The type of a value, as `service-models.ts` of aws-local describes it. */
type Packed = string | number | readonly unknown[];

const table = fileURLToPath(
  new URL("../packages/aws-local/src/states/test-state/service-table.ts", import.meta.url),
);

/** The answers of a service's operations, with names as Step Functions writes them. */
function pack({ operations, shapes }: Model): object {
  const structures: [members: Record<string, Packed>, required?: string[]][] = [];
  const numbers = new Map<string, number>();
  const packed = (name: string): Packed => {
    const shape = shapes[name]!;
    if (shape.document) return "*";
    switch (shape.type) {
      case "structure":
        return structure(name, shape);
      case "list":
        return ["l", packed(shape.member!.shape)];
      case "map":
        return ["m", packed(shape.value!.shape)];
      case "boolean":
        return "b";
      case "integer":
      case "long":
      case "float":
      case "double":
        return bounded("n", shape.min, shape.max);
      case "string":
        return shape.enum ? ["e", ...shape.enum] : bounded("s", shape.min || undefined, shape.max);
      case "blob":
      case "timestamp":
        return bounded("s", shape.min || undefined, shape.max);
      default:
        throw new Error(`${name} is of an unknown type: ${shape.type}`);
    }
  };
  const structure = (name: string, { members = {}, required = [] }: ModelShape): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = structures.push([{}]) - 1;
    numbers.set(name, number);
    for (const [member, { shape }] of Object.entries(members)) {
      structures[number]![0][upperFirst(member)] = packed(shape);
    }
    if (required.length > 0) structures[number]!.push(required.map(upperFirst));
    return number;
  };
  const answers = Object.entries(operations)
    .filter(([, { output }]) => output)
    .map(([name, { output }]) => [lowerFirst(name), structure(output!.shape, shapes[output!.shape]!)]);
  const silent = Object.keys(operations).filter((name) => !operations[name]!.output);
  return {
    operations: Object.fromEntries([...answers, ...silent.map((name) => [lowerFirst(name), null])]),
    structures,
  };
}

function bounded(kind: string, least: number | undefined, most: number | undefined): Packed {
  if (most !== undefined) return [kind, least ?? null, most];
  return least === undefined ? kind : [kind, least];
}

const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function read(data: string, folder: string): Model {
  const version = readdirSync(join(data, folder)).sort().at(-1)!;
  const path = join(data, folder, version, "service-2.json.gz");
  return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as Model;
}

function quoted(value: object): string {
  const text = JSON.stringify(value);
  if (/['\\]/.test(text)) throw new Error("a name with a quote or a backslash");
  return `'${text}'`;
}

const [data] = process.argv.slice(2);
if (data === undefined) {
  console.error("usage: npm run models -- DIR, the folder `data` of an installed botocore");
  process.exitCode = 2;
} else {
  const version = /__version__ = '(.+)'/.exec(readFileSync(join(data, "../__init__.py"), "utf8"))?.[1];
  const lines = SERVICES.map(([folder, name]) => `  ${name}:\n    ${quoted(pack(read(data, folder)))},`);
  writeFileSync(
    table,
    [
      `// Made by \`npm run models\` from AWS's service models, as botocore ${version} has them (Apache-2.0). Not to be edited.`,
      "",
      "/** What operations answer, a service a text, by the service's name in a Task's Resource; `service-models.ts` reads it. */",
      "export const SERVICE_TABLE: Readonly<Record<string, string>> = {",
      ...lines,
      "};",
      "",
    ].join("\n"),
  );
}
