/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: () => ({ name: "newsroom", home: "aws" }),
  async run() {
    const { Callboard } = await import("@callboard/sst");
    const { article } = await import("./article.ts");

    const bus = new sst.aws.Bus("Bus");
    const stateMachine = article(bus);
    const callboard = new Callboard("Callboard", { bus, stateMachines: [stateMachine.arn] });
    // The bus and its policy belong to this application: only Callboard may publish as Callboard.
    new aws.cloudwatch.EventBusPolicy("BusPolicy", {
      eventBusName: bus.name,
      policy: callboard.busPolicy,
    });
    new sst.aws.Function("Note", { handler: "note.handler", link: [callboard] });

    const { pages, socket, http, people } = callboard;
    return { article: stateMachine.arn, pages, socket, http, userPool: people?.userPool };
  },
});
