import { cpus, release, totalmem, type } from "node:os";

/** The machine of the measurements, without the name of a host or a folder. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
}

export const thisMachine = (): Machine => ({
  cores: cpus().length,
  model: cpus()[0]?.model.trim() ?? "unknown",
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  kernel: `${type()} ${release().split("-")[0]}`,
  node: process.versions.node,
});

export const describeMachine = ({ cores, model, memoryGb, kernel, node }: Machine): string =>
  `${cores} cores (${model}), ${memoryGb} GB of memory, ${kernel}, Node ${node}`;
