/** Writes a line straight to stdout: Lambda's own console would put a prefix before the JSON. */
export const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);
