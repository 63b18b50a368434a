export declare function bundleFolder(root: string): string;
export declare function pagesFolder(root: string): string;
export declare function docsFolder(root: string): string;
export declare function cacheFolder(root: string, sources: readonly string[], prefix?: string): string;
export declare function packagesFor(root: string, name: string): string[];
export declare function documentsOf(root: string): string[];
