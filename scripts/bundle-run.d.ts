export declare function runCallboard(args: readonly string[]): Promise<void>;
