import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Files, FilesToRead } from "../files/files.ts";
import { type PrepareInput, prepare } from "./prepare.ts";
import { type ProgressOf, reportPercent } from "./report-percent.ts";

export interface PreparingParts {
  readonly files: FilesToRead & Pick<Files, "write">;
  /** Without it no percentage is reported. */
  readonly progress?: { readonly bus: EventBridgeClient; readonly busName: string };
  readonly now: () => number;
}

/** The compute step, with reports of its progress. */
export const preparing =
  ({ files, progress, now }: PreparingParts) =>
  async (input: PrepareInput & { readonly progress?: ProgressOf }) => {
    if (!progress || !input.progress) return prepare(files, input);
    const reports = reportPercent(progress.bus, progress.busName, input.progress, now);
    try {
      return await prepare(files, input, reports.onPercent);
    } finally {
      await reports.settled();
    }
  };
