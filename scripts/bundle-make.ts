import { bundleCommand } from "./bundle.ts";

await bundleCommand(console.error);
