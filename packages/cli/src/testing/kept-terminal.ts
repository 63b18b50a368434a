import type { Terminal } from "../terminal.ts";

/** A terminal that keeps its output; `answers` are typed one after the other. */
export function keptTerminal(env: Terminal["env"] = {}, answers: readonly string[] = []) {
  const printed: string[] = [];
  const warned: string[] = [];
  const asked: string[] = [];
  const left = [...answers];
  const terminal: Terminal = {
    env,
    print: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
    async ask(question) {
      asked.push(question);
      return left.shift();
    },
    readInput: async () => left.shift() ?? "",
  };
  return { terminal, printed, warned, asked };
}
