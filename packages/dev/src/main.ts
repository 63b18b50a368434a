import { StartError, startCallboard } from "./callboard.ts";
import { readSettings } from "./settings.ts";

const started = Date.now();

// The SDK's versions are pinned; its notice about later ones is not for whoever runs Callboard.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const callboard = await startCallboard(settings, { say: console.log });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    if (stopping) process.exit(130);
    console.log("\nStopping …");
    stopping = callboard.close().then(() => process.exit(0), fail);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  callboard.failed.then(fail, fail);
  const { viewer, creator, aws } = callboard.addresses;
  console.log(`
Callboard is up (${((Date.now() - started) / 1000).toFixed(1)} s). Ctrl-C stops it; the data stays in ${settings.data}

  Viewer   ${viewer}
  Creator  ${creator}
  AWS      ${aws}
`);
}

/** What the person at the terminal can mend is one line; anything else is shown whole. */
function fail(cause: unknown): void {
  const told = ["SettingsError", "MissingEngine", "DirectoryInUse", "UnansweredEndpoint", "StartError"];
  if (cause instanceof StartError || (cause instanceof Error && told.includes(cause.name)))
    console.error(cause.message);
  else console.error(cause);
  process.exit(1);
}

main().catch(fail);
