import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import type { AslOptions } from "./commands/asl.ts";
import type { ConformanceOptions } from "./commands/conformance-client/index.ts";
import type { NewOptions } from "./commands/plugin/new-plugin.ts";
import type { TestOptions } from "./commands/plugin/test-plugin.ts";
import type { SimulateOptions } from "./commands/simulate/index.ts";
import type { Ended, Options, Terminal } from "./terminal.ts";

/**
 * The command line of `callboard`. Only the called command is loaded: most do not need what `start` needs.
 * `ended` is called with how it ended; parsing rejects with a `CommanderError` when there was no command, or
 * an unknown one.
 */
export function createProgram(terminal: Terminal, ended: (how: "done" | "failed") => void): Command {
  const program = new Command("callboard")
    .version(versionOf())
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.warn(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, "")),
    })
    .addHelpText("after", places);

  const command = (parent: Command, form: string, about: string): Command => {
    const made = parent.command(form).description(about);
    return made.showHelpAfterError(`usage: ${made.createHelp().commandUsage(made)}`);
  };
  const end = async (self: Command, work: Promise<Ended>): Promise<void> => {
    const how = await work;
    if (typeof how === "object") self.error(how.misuse);
    ended(how);
  };

  command(program, "start", "run all of Callboard on this machine").action(async (_: object, self: Command) =>
    end(self, (await import("./commands/start.ts")).start(terminal, beside("pages"))),
  );

  command(
    program,
    "backup <DIR>",
    "copy the data of this machine into a folder; start may be running",
  ).action(async (target: string, _: Options, self: Command) =>
    end(self, (await import("./commands/backup.ts")).backup(terminal, target)),
  );

  command(program, "restore <DIR>", "restore the data of this machine from a backup").action(
    async (source: string, _: Options, self: Command) =>
      end(self, (await import("./commands/backup.ts")).restore(terminal, source)),
  );

  command(program, "check", "test the whole way from a token to a receipt, and name the first broken link")
    .option(
      "--token-file <FILE>",
      "file with the token, - for the standard input; default: the token in CALLBOARD_TOKEN",
    )
    .option("--patience <SECONDS>", "how long each link may take (default: 30)")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await import("./commands/check/index.ts")).check(terminal, options)),
    );

  command(
    program,
    "simulate",
    "play broadcasts to viewers on this machine, and report which changes reached them and when",
  )
    .option("--channels <COUNT>", "channels that broadcast, at most 200 (default: 50)")
    .option("--viewers <COUNT>", "viewers of all channels together, at most 5000 (default: 2000)")
    .option("--minutes <MINUTES>", "how long the broadcasts take, at most 60 (default: 5)")
    .option("--pace <TIMES>", "how many times faster they are played, at most 60 (default: 1)")
    .option("--seed <NUMBER>", "the same seed gives the same broadcasts (default: 1)")
    .option("--aws <URL>", "the AWS endpoint of Callboard on this machine (default: http://127.0.0.1:3002)")
    .option(...json)
    .action(async (options: SimulateOptions, self: Command) =>
      end(self, (await import("./commands/simulate/index.ts")).simulateBroadcasts(terminal, options)),
    );

  command(
    program,
    "conformance-client [ADDRESS_OR_COMMAND...]",
    "test whether your own client follows PROTOCOL.md",
  )
    .usage("[options] [ws://127.0.0.1:PORT] -- COMMAND [ARGUMENT...]")
    .option("--case <NAME>", "only this case; repeatable", collected, [])
    .option("--list", "only print the cases and their requirements")
    .option("--patience <SECONDS>", "how long each wait may take (default: 20)")
    .option(...json)
    .action(async (operands: string[], options: ConformanceOptions, self: Command) =>
      end(
        self,
        (await import("./commands/conformance-client/index.ts")).testClient(terminal, operands, options),
      ),
    );

  command(program, "asl <FILE>", "write out the states of a definition that report and ask, for deployment")
    .option("--out <OUT>", "the output file (default: the standard output)")
    .option("--bus <NAME>", "the bus, in place of the one in the definition")
    .option("--check", "only check that OUT is up to date with FILE; exit with 1 if not")
    .option("--set <NAME=VALUE>", "the deployment's value for ${NAME}; repeatable", collected, [])
    .option("--substitutions <FILE>", 'the same from a file of JSON: {"NAME": "VALUE"}')
    .option("--machine <NAME>", "create it as a state machine on this machine, or update that one")
    .action(async (file: string, options: AslOptions, self: Command) =>
      end(self, (await import("./commands/asl.ts")).asl(terminal, file, options)),
    );

  command(program, "ledger <EXECUTION>", "print all that happened to the requests of an execution")
    .option(...json)
    .action(async (execution: string, options: Options, self: Command) =>
      end(self, (await import("./commands/ledger.ts")).ledger(terminal, execution, options)),
    );

  command(program, "history <SUBJECT>", "print all that happened to a subject, such as video/v_1")
    .option(...json)
    .action(async (subject: string, options: Options, self: Command) =>
      end(self, (await import("./commands/history.ts")).history(terminal, subject, options)),
    );

  command(program, "erase <PRINCIPAL>", "remove a person's name and words from all that is kept")
    .option(...yes)
    .action(async (principal: string, options: Options, self: Command) =>
      end(self, (await import("./commands/erase.ts")).erase(terminal, principal, options)),
    );

  const plugin = program.command("plugin").description("plugins of your own in the life of a video");

  command(
    plugin,
    "new <NAME>",
    "write a plugin into a new folder: function, test, rule, registry row, README",
  )
    .option("--hook <HOOK>", "preValidate (the default), postValidate, preMetadata or postMetadata")
    .option("--typescript", "in TypeScript, which npm compiles to the function")
    .action(async (name: string, options: NewOptions, self: Command) =>
      end(self, (await import("./commands/plugin/new-plugin.ts")).newPlugin(terminal, name, options)),
    );

  command(plugin, "test <PATH>", "call the plugin in a folder, or a function's file, and show the effect")
    .option("--hook <HOOK>", "at this hook, or at all of them (default: the hook in its row)")
    .option("--video <FILE>", "a JSON object with fields of recording-ready, in place of the sample's")
    .option("--patience <SECONDS>", "how long the function may run (default: 30)")
    .option(...json)
    .action(async (path: string, options: TestOptions, self: Command) =>
      end(self, (await import("./commands/plugin/test-plugin.ts")).testPlugin(terminal, path, options)),
    );

  const ops = program.command("ops").description("show what a deployment has still to do or could not do");
  const loadOps = () => import("./commands/ops/index.ts");

  command(ops, "requests", "list requests that are open or whose answer is on its way, the oldest first")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).requests(terminal, options)),
    );

  command(ops, "relays", "list answers that workflows have not received for more than a minute")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).relays(terminal, options)),
    );

  command(ops, "connections <CHANNEL>", "count the connections that follow a channel, by shard")
    .option(...json)
    .action(async (channel: string, options: Options, self: Command) =>
      end(self, (await loadOps()).connections(terminal, channel, options)),
    );

  const letters = command(ops, "dead-letters", "list events that were not processed, and why")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).deadLetters(terminal, options)),
    );

  command(letters, "resend [ID]", "put one of these events, or all that can be resent, on the bus again")
    .option(...json)
    .action(async (id: string | undefined, options: Options, self: Command) =>
      end(self, (await loadOps()).resend(terminal, id, options)),
    );

  command(letters, "drop <ID>", "delete one of these events permanently")
    .option(...yes)
    .action(async (id: string, options: Options, self: Command) =>
      end(self, (await loadOps()).drop(terminal, id, options)),
    );

  return program;
}

const collected = (one: string, others: string[]): string[] => [...others, one];

const json = ["--json", "print it as JSON"] as const;
const yes = ["--yes", "do not ask for confirmation"] as const;

/** The path of a file next to the bundle's code folder: `pages`, or the `package.json` with its version. */
const beside = (name: "pages" | "package.json"): string =>
  fileURLToPath(new URL(`../${name}`, import.meta.url));

const versionOf = (): string =>
  (JSON.parse(readFileSync(beside("package.json"), "utf8")) as { version: string }).version;

const places = `
conformance-client listens on this machine only. asl and plugin only read and write files, except for
asl --machine. start, backup and restore use the data of this machine, in CALLBOARD_DATA or .callboard.
simulate creates load, and refuses every address that is not on this machine.

All other commands use Callboard on this machine (AWS_ENDPOINT_URL, or http://127.0.0.1:3002) or, when
TABLE_NAME is set, a deployment. A deployment also needs BUS_NAME, AWS_REGION and AWS credentials.
Optional:
  SOCKET_ENDPOINT, BUCKET                   to push changes to browsers at once
  POSTS_PER_SECOND                          if the deployment sets it
  WAKEUPS_QUEUE_URL                         to push changes within seconds if the command dies
  UNDELIVERED_QUEUE_URL, FAILED_QUEUE_URL   to read dead letters

check tests a deployment when SOCKET_URL is set. It then also needs CHECK_STATE_MACHINE_ARN, AWS_REGION,
AWS credentials and a token. With HTTP_URL and the two queues it finds more causes.`;
