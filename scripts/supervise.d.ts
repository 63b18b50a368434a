export declare function isSupervised(): boolean;
export declare function endWithSupervisor(): void;
export declare function supervise(args: readonly string[]): void;
