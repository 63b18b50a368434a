import { ask, report } from "@callboard/asl";

/**
 * The state machine of an article: it reports its progress and asks for a headline, without a Lambda
 * function.
 */
export function article(bus: sst.aws.Bus): aws.sfn.StateMachine {
  const role = new aws.iam.Role("ArticleRole", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "states.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [{ effect: "Allow", actions: ["events:PutEvents"], resources: [bus.arn] }],
        }).json,
      },
    ],
  });
  return new aws.sfn.StateMachine("Article", {
    definition: bus.name.apply(articleStates),
    roleArn: role.arn,
  });
}

/** Its states in ASL. Start it with `{ subject: "article/a_1", editors: ["user/ana"] }`. */
export function articleStates(bus: string): string {
  const subject = "{% $states.context.Execution.Input.subject %}";
  const editors = "{% $states.context.Execution.Input.editors %}";
  const to = { bus, source: "newsroom", subject };
  return JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Write",
    States: {
      ...report({
        ...to,
        name: "Write",
        step: "headline",
        state: "running",
        message: "Looking for a headline",
        owners: editors,
        Next: "Ask",
      }),
      ...ask({
        ...to,
        name: "Ask",
        thread: "headline",
        prompt: "Which headline should the article have?",
        verbs: ["pick", "reject"],
        candidates: [
          { id: "short", title: "Queues beat locks" },
          { id: "long", title: "Why a queue is easier on your database than a lock" },
        ],
        assignees: editors,
        TimeoutSeconds: 86_400,
        Unanswered: "Done",
        Next: "Done",
      }),
      ...report({
        ...to,
        name: "Done",
        steps: [
          { step: "headline", state: "succeeded", percent: 100 },
          { step: "execution", state: "succeeded", message: "The article is done" },
        ],
        End: true,
      }),
    },
  });
}
