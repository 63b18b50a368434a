import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultFolder, packAll, tableOf } from "./pack.ts";

const usage = "usage: npm run pack [-- --out DIR]";

function readOut(): string {
  try {
    const { values } = parseArgs({ options: { out: { type: "string", default: defaultFolder } } });
    return resolve(values.out);
  } catch {
    console.error(usage);
    process.exit(2);
  }
}

const out = readOut();
const packed = await packAll(out, console.error);
console.log(`${tableOf(packed)}\n\nin ${out}`);
