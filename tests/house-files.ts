/** A source file, its path relative to the root of the project. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Whether a file is only for tests. */
export const isForTests = (path: string): boolean => /\.(test|contract)\.tsx?$|\/testing\//.test(path);
