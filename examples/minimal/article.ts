/** The state machine of an article: it says how far it is, and asks for a headline. No Lambda stands in between. */
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

/** Its states, as Step Functions takes them. It is started with `{ subject: "article/a_1", editors: ["user/ana"] }`. */
export const articleStates = (bus: string): string =>
  JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "Write",
    States: {
      Write: {
        ...put(bus, "Progress Reported", {
          ...step("running", 0),
          step: "headline",
          message: "Looking for a headline",
          owners: "{% $states.context.Execution.Input.editors %}",
        }),
        Next: "Ask",
      },
      Ask: {
        ...put(bus, "Feedback Requested", {
          thread: "headline",
          round: 1,
          order: "{% [$states.context.Execution.RedriveCount, 1, $states.context.State.RetryCount] %}",
          taskToken: "{% $states.context.Task.Token %}",
          timeoutSeconds: DAY_SECONDS,
          prompt: "Which headline shall the article have?",
          verbs: ["pick", "reject"],
          candidates: [
            { id: "short", title: "Queues beat locks" },
            { id: "long", title: "Why a queue is kinder to your database than a lock" },
          ],
          assignees: "{% $states.context.Execution.Input.editors %}",
        }),
        Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
        TimeoutSeconds: DAY_SECONDS,
        Output: "{% $states.result %}",
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Close" }],
        Next: "Done",
      },
      Close: {
        ...put(bus, "Feedback Closed", {
          thread: "headline",
          reason: "Nobody answered in time",
          order: "{% [$states.context.Execution.RedriveCount, 1, 1000] %}",
        }),
        Next: "Done",
      },
      Done: {
        ...put(
          bus,
          "Progress Reported",
          { ...step("succeeded", 100), step: "headline" },
          { ...step("succeeded", 100), step: "execution", message: "The article is done" },
        ),
        End: true,
      },
    },
  });

const DAY_SECONDS = 86_400;

const step = (state: string, percent: number) => ({
  state,
  percent,
  at: "{% $states.context.State.EnteredTime %}",
  attempt: "{% $states.context.Execution.RedriveCount + 1 %}",
});

/** A state that puts events about the article on the bus, and goes on with what it was given. */
const put = (bus: string, type: string, ...details: object[]) => ({
  Type: "Task",
  Resource: "arn:aws:states:::events:putEvents",
  TimeoutSeconds: 20,
  Arguments: {
    Entries: details.map((detail) => ({
      EventBusName: bus,
      Source: "newsroom",
      DetailType: type,
      Detail: { subject: "{% $states.context.Execution.Input.subject %}", ...detail },
    })),
  },
  Output: "{% $states.input %}",
  Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
});
