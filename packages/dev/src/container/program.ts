// The program of a container on one machine: the code that Fargate runs, in a process that ends with its
// parent.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();
await import("@callboard/video/container");
