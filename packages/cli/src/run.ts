import type { Command, Terminal } from "./command.ts";
import { erase } from "./commands/erase.ts";
import { ledger } from "./commands/ledger.ts";

/** Every command by its name. */
const commands: Readonly<Record<string, Command>> = { ledger, erase };

const exit = { done: 0, failed: 1, misused: 2 } as const;

/** Runs one command and answers the process's exit code: 0 done, 1 failed, 2 misused. */
export async function run([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === "help" || name === "--help" || name === "-h") {
    terminal.print(usage());
    return exit.done;
  }
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!name || !command) {
    if (name) terminal.warn(`there is no command ${JSON.stringify(name)}\n`);
    terminal.warn(usage());
    return exit.misused;
  }
  const ended = await command.run(args, terminal);
  if (typeof ended === "string") return exit[ended];
  terminal.warn(`${ended.misuse}\nusage: callboard ${name} ${command.form}`);
  return exit.misused;
}

function usage(): string {
  const forms = Object.entries(commands).map(([name, { form, about }]) => ({
    form: `${name} ${form}`,
    about,
  }));
  const width = Math.max(...forms.map(({ form }) => form.length));
  return [
    "usage: npx callboard COMMAND",
    "",
    ...[...forms, { form: "help", about: "say this" }].map(
      ({ form, about }) => `  ${form.padEnd(width)}  ${about}`,
    ),
    "",
    "It speaks to Callboard on this machine (AWS_ENDPOINT_URL, or http://127.0.0.1:3002) or, when TABLE_NAME is set, to a",
    "deployment: then also BUS_NAME, AWS_REGION, AWS credentials and, to tell browsers at once, SOCKET_ENDPOINT.",
  ].join("\n");
}
