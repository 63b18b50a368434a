// Runs in the child process that evaluates `sst.config.ts`, bundled together with it.
import { writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Resource } from "./resource.ts";
import { answerOf, attributesOf } from "./stand-ins.ts";

interface App {
  readonly name: string;
  readonly stage: string;
}

/**
 * Evaluates the program, which calls `noteOptions` when SST is ready for it, and writes every resource to the file,
 * ordered by types and names.
 */
export async function evaluate(
  app: App,
  file: string,
  program: (noteOptions: () => void) => Promise<Record<string, unknown>>,
): Promise<void> {
  const resources = new Map<string, Resource>();
  const options = new Map<string, Partial<Resource>>();
  const key = (type: string, name: string) => `${type} ${name}`;

  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, custom, id }) {
        // Existing resources are read by their id, not created.
        if (id) return attributesOf(type, id, inputs as Record<string, unknown>);
        const at = key(type, name);
        if (resources.has(at)) throw new Error(`there are two of ${at}`);
        if (custom !== false) resources.set(at, { type, name, inputs });
        return attributesOf(type, name, inputs as Record<string, unknown>);
      },
      call: ({ token, inputs }) => answerOf(token, inputs as Record<string, unknown>),
    },
    app.name,
    app.stage,
    false,
  );

  const panes: Record<string, unknown> = {};
  notePanes(panes);
  let outputs: unknown;
  process.on("beforeExit", () => {
    const all = [...resources.entries()].map(([at, resource]) => ({ ...resource, ...options.get(at) }));
    all.sort((a, b) => (key(a.type, a.name) < key(b.type, b.name) ? -1 : 1));
    writeFileSync(
      file,
      JSON.stringify({ app: app.name, stage: app.stage, outputs, resources: all, panes }, null, 2),
    );
  });

  /** Runs after SST's own transformations, so that it sees the final options. */
  function noteOptions(): void {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      const { protect, retainOnDelete, ignoreChanges } = opts as pulumi.CustomResourceOptions;
      options.set(key(type, name), {
        ...(protect ? { protect: true } : {}),
        ...(retainOnDelete ? { retainOnDelete: true } : {}),
        ...(ignoreChanges ? { ignoreChanges } : {}),
      });
      return undefined;
    });
  }

  await pulumi.runtime.runInPulumiStack(async () => {
    const result = await program(noteOptions);
    pulumi.output(result).apply((value) => {
      outputs = value;
    });
    return result;
  });
}

/** SST's command reads from a component's outputs which pane it has, `_dev`, or which task runs here, `_task`. */
function notePanes(panes: Record<string, unknown>): void {
  const { prototype } = pulumi.ComponentResource as unknown as {
    prototype: { registerOutputs(outputs?: object): void };
  };
  const register = prototype.registerOutputs;
  prototype.registerOutputs = function (this: { __name: string }, outputs = {}) {
    const { _dev, _task } = outputs as { _dev?: unknown; _task?: unknown };
    const name = this.__name;
    const pane = pulumi.output((_dev ?? _task) as object | undefined);
    pane.apply((known) => {
      if (known) panes[name] = known;
    });
    register.call(this, outputs);
  };
}
