import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { layOutPages } from "./bundle.ts";
import { installPlatform } from "./synth/platform.ts";
import { synthesize } from "./synth/synthesize.ts";

const USAGE = "usage: npm run synth -- --stage STAGE [--out FILE]";

/** Writes the evaluated resources of a stage as JSON, to a file or to the terminal. */
async function main(): Promise<void> {
  const { stage, out } = readArguments();
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name.startsWith("CALLBOARD_")),
  ) as Record<string, string>;
  await installPlatform(console.error);
  await layOutPages(console.error);
  const synthesis = await synthesize({ stage, environment });
  const text = `${JSON.stringify(synthesis, null, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else {
    await writeFile(out, text);
    console.error(`${synthesis.resources.length} resources of stage ${stage}: ${out}`);
    console.error(`Bundles, in KB: ${sizes(synthesis.bundles)}`);
  }
}

const sizes = (bundles: Readonly<Record<string, number>>): string =>
  Object.entries(bundles)
    .map(([name, bytes]) => `${name} ${Math.ceil(bytes / 1000)}`)
    .sort()
    .join(", ");

function readArguments(): { stage: string; out: string | undefined } {
  try {
    const { values } = parseArgs({ options: { stage: { type: "string" }, out: { type: "string" } } });
    if (values.stage && /^[a-z][a-z0-9-]{0,19}$/.test(values.stage))
      return { stage: values.stage, out: values.out };
  } catch {}
  console.error(USAGE);
  process.exit(2);
}

main().catch((cause: Error) => {
  console.error(cause.message);
  process.exit(1);
});
