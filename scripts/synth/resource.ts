/** A resource as a deployment would request it from AWS, with its references resolved. */
export interface Resource {
  /** Pulumi's name of the type: `aws:lambda/function:Function`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
}

/** A pane of `sst dev`. */
export interface Pane {
  readonly command?: string;
  readonly directory?: string;
  readonly title?: string;
  readonly autostart?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An evaluated stage. */
export interface Synthesis {
  readonly app: string;
  readonly stage: string;
  readonly outputs: Record<string, unknown>;
  readonly resources: readonly Resource[];
  /** What `sst dev` runs on this machine besides the functions: pages, commands, tasks; empty in a deployment. */
  readonly panes: Readonly<Record<string, Pane>>;
  /** Bytes that a start of each function loads, by its name. */
  readonly bundles: Readonly<Record<string, number>>;
  /** For functions that are already bundled: the folder and the handler in it, by their names. */
  readonly prebuilt: Readonly<Record<string, { readonly folder: string; readonly handler: string }>>;
}
