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
 * The command line of `callboard`. Only the command that is called is loaded: most have no use for what `start` needs.
 * `ended` is told how it ended; parsing rejects with a `CommanderError` when there was nothing to do, or no such thing.
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
    "copy the data of this machine into a folder, also while start runs",
  ).action(async (target: string, _: Options, self: Command) =>
    end(self, (await import("./commands/backup.ts")).backup(terminal, target)),
  );

  command(program, "restore <DIR>", "make the data of this machine what a backup holds").action(
    async (source: string, _: Options, self: Command) =>
      end(self, (await import("./commands/backup.ts")).restore(terminal, source)),
  );

  command(program, "check", "go the whole way from a token to a receipt, and name the first broken link")
    .option(
      "--token-file <FILE>",
      "where the token is, - for the standard input; else it is in CALLBOARD_TOKEN",
    )
    .option("--patience <SECONDS>", "how long each link may take, 30 unless said otherwise")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await import("./commands/check/index.ts")).check(terminal, options)),
    );

  command(
    program,
    "simulate",
    "play broadcasts to viewers on this machine, and say what reached whom and when",
  )
    .option("--channels <COUNT>", "channels that broadcast, 50 unless said otherwise, 200 at most")
    .option("--viewers <COUNT>", "viewers of all channels together, 2000 unless said otherwise, 5000 at most")
    .option("--minutes <MINUTES>", "how long the broadcasts take, 5 unless said otherwise, 60 at most")
    .option("--pace <TIMES>", "how many times faster they are played, 1 unless said otherwise, 60 at most")
    .option("--seed <NUMBER>", "the same one writes the same broadcasts, 1 unless said otherwise")
    .option(
      "--aws <URL>",
      "the AWS endpoint of Callboard on this machine, http://127.0.0.1:3002 unless said otherwise",
    )
    .option(...json)
    .action(async (options: SimulateOptions, self: Command) =>
      end(self, (await import("./commands/simulate/index.ts")).simulateBroadcasts(terminal, options)),
    );

  command(
    program,
    "conformance-client [ADDRESS_OR_COMMAND...]",
    "play the server of PROTOCOL.md to a client of your own, and say whether it keeps the protocol",
  )
    .usage("[options] [ws://127.0.0.1:PORT] -- COMMAND [ARGUMENT...]")
    .option("--case <NAME>", "only this case; once for each", collected, [])
    .option("--list", "only print the cases, and what each demands")
    .option(
      "--patience <SECONDS>",
      "how long each thing that is waited for may take, 20 unless said otherwise",
    )
    .option(...json)
    .action(async (operands: string[], options: ConformanceOptions, self: Command) =>
      end(
        self,
        (await import("./commands/conformance-client/index.ts")).testClient(terminal, operands, options),
      ),
    );

  command(program, "asl <FILE>", "write out the states of a definition that report and ask, for deployment")
    .option("--out <OUT>", "into a file; else onto the standard output")
    .option("--bus <NAME>", "the bus, in place of the one that the definition names")
    .option("--check", "only say whether OUT is what FILE gives, and end with 1 if it is not")
    .option("--set <NAME=VALUE>", "what a deployment fills in for ${NAME}; once for each", collected, [])
    .option("--substitutions <FILE>", 'the same from a file of JSON: {"NAME": "VALUE"}')
    .option("--machine <NAME>", "make it a state machine of this machine, or bring that one up to date")
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

  command(program, "erase <PRINCIPAL>", "take a person's name and words out of all that is kept")
    .option(...yes)
    .action(async (principal: string, options: Options, self: Command) =>
      end(self, (await import("./commands/erase.ts")).erase(terminal, principal, options)),
    );

  const plugin = program.command("plugin").description("plugins of your own in the life of a video");

  command(
    plugin,
    "new <NAME>",
    "write a plugin into a new folder: function, test, rule, registry's row, README",
  )
    .option("--hook <HOOK>", "preValidate unless told, postValidate, preMetadata or postMetadata")
    .option("--typescript", "in TypeScript, which npm compiles to the function")
    .action(async (name: string, options: NewOptions, self: Command) =>
      end(self, (await import("./commands/plugin/new-plugin.ts")).newPlugin(terminal, name, options)),
    );

  command(plugin, "test <PATH>", "ask the plugin of a folder, or a function's file, and say what comes of it")
    .option("--hook <HOOK>", "at this hook, or at all of them; else at the one that its row names")
    .option("--video <FILE>", "a JSON object with fields of recording-ready, in place of the sample's")
    .option("--patience <SECONDS>", "how long the function may run, 30 unless said otherwise")
    .option(...json)
    .action(async (path: string, options: TestOptions, self: Command) =>
      end(self, (await import("./commands/plugin/test-plugin.ts")).testPlugin(terminal, path, options)),
    );

  const ops = program.command("ops").description("what a deployment has to do and could not do");
  const loadOps = () => import("./commands/ops/index.ts");

  command(ops, "requests", "list requests that are open or whose answer is on its way, the oldest first")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).requests(terminal, options)),
    );

  command(ops, "relays", "list answers that were not handed over for more than a minute")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).relays(terminal, options)),
    );

  command(ops, "connections <CHANNEL>", "count the connections that follow a channel, by shard")
    .option(...json)
    .action(async (channel: string, options: Options, self: Command) =>
      end(self, (await loadOps()).connections(terminal, channel, options)),
    );

  const letters = command(ops, "dead-letters", "list events that were not taken, and why")
    .option(...json)
    .action(async (options: Options, self: Command) =>
      end(self, (await loadOps()).deadLetters(terminal, options)),
    );

  command(letters, "resend [ID]", "put one of these events, or all that can be, on the bus again")
    .option(...json)
    .action(async (id: string | undefined, options: Options, self: Command) =>
      end(self, (await loadOps()).resend(terminal, id, options)),
    );

  command(letters, "drop <ID>", "delete one of these events for good")
    .option(...yes)
    .action(async (id: string, options: Options, self: Command) =>
      end(self, (await loadOps()).drop(terminal, id, options)),
    );

  return program;
}

const collected = (one: string, others: string[]): string[] => [...others, one];

const json = ["--json", "print it as JSON"] as const;
const yes = ["--yes", "ask nothing first"] as const;

/** The path of what a bundle has beside the folder of its code: `pages`, and the `package.json` that has its version. */
const beside = (name: "pages" | "package.json"): string =>
  fileURLToPath(new URL(`../${name}`, import.meta.url));

const versionOf = (): string =>
  (JSON.parse(readFileSync(beside("package.json"), "utf8")) as { version: string }).version;

const places = `
conformance-client listens on this machine alone.
asl and plugin read and write files alone, but for asl --machine. start, backup and restore keep the
data of this machine in CALLBOARD_DATA, or .callboard. The others speak to Callboard on this machine
(AWS_ENDPOINT_URL, or http://127.0.0.1:3002, which says where the rest is) or, when TABLE_NAME is
set, to a deployment: then also BUS_NAME, AWS_REGION, AWS credentials and, to tell browsers at once,
SOCKET_ENDPOINT, BUCKET and, if it was set, POSTS_PER_SECOND; so that a change is announced within
seconds if the command dies, WAKEUPS_QUEUE_URL; for dead letters UNDELIVERED_QUEUE_URL and
FAILED_QUEUE_URL. check goes to a deployment when SOCKET_URL is set: then also
CHECK_STATE_MACHINE_ARN, AWS_REGION, AWS credentials and a token; HTTP_URL and both queues help it
to say why. simulate makes load, and refuses every address but those of this machine.`;
