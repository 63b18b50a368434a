export declare function nodeProblem(version: string): string | undefined;
export declare function installReason(lock: string, installed: string | undefined): string | undefined;
export declare function commandLine(name: string | undefined, rest: string[]): string[] | undefined;
