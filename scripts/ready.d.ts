export declare function nodeProblem(version: string): string | undefined;
export declare function installReason(
  lock: string,
  installed: string | undefined,
  system?: { readonly platform: string; readonly arch: string },
): string | undefined;
export declare function npmProgram(
  env: Readonly<Record<string, string | undefined>>,
  process: { readonly execPath: string; readonly platform: string },
): { command: string; args: string[]; shell: boolean };
export declare function commandLine(name: string | undefined, rest: string[]): string[] | undefined;
