import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { defaultFolder, packAll, tableOf } from "./pack.ts";

const USAGE = "usage: npm run pack [-- --out DIR]";

function readOut(): string {
  try {
    const { values } = parseArgs({ options: { out: { type: "string", default: defaultFolder } } });
    // Where npm was called, which may differ from the current folder.
    return resolve(process.env.INIT_CWD ?? ".", values.out);
  } catch {
    console.error(USAGE);
    process.exit(2);
  }
}

const out = readOut();
const packed = await packAll(out, console.error);
console.log(`${tableOf(packed)}\n\nin ${out}`);
