import { fileURLToPath } from "node:url";

/** The path of what a bundle has beside the folder of its code: `pages`, and the `package.json` that has its version. */
export const beside = (name: "pages" | "package.json"): string =>
  fileURLToPath(new URL(`../${name}`, import.meta.url));
