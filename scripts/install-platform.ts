import { installPlatform } from "./synth/platform.ts";

await installPlatform(console.log);
