/// <reference path="./.sst/platform/config.d.ts" />

// Assembles the deployment; stacks/ holds its parts. docs/deploy.md tells how it is deployed.
export default $config({
  async app({ stage }) {
    const { isProduction } = await import("./stacks/stages.ts");
    const production = isProduction(stage);
    return {
      name: "callboard",
      version: "4.17.1",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
    };
  },
  async run() {
    const { deployment } = await import("./stacks/deployment.ts");
    return deployment();
  },
});
