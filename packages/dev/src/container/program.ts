// A container of one machine: what Fargate runs, in a process that ends with whoever started it.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();
await import("@callboard/video/container");
