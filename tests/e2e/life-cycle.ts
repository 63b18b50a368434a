const put = (DetailType: string, Detail: object, pattern = "") => ({
  Type: "Task",
  Resource: `arn:aws:states:::events:putEvents${pattern}`,
  Parameters: {
    Entries: [{ EventBusName: "default", Source: "serverlessVideo.pluginManager", DetailType, Detail }],
  },
});

const count = (MetricName: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
  Parameters: { Namespace: "lifeCycle", MetricData: [{ MetricName, Value: 1, Unit: "Count" }] },
  ResultPath: null,
});

/** The input of a plugin: the video, the answers of earlier plugins, and how to answer. */
const told = {
  video: { "id.$": "$$.Execution.Input.detail.id", "channel.$": "$$.Execution.Input.detail.channel_name" },
  "pluginData.$": "$.plugins",
  "taskToken.$": "$$.Task.Token",
};

/** The plugins of one hook, all at once; one that finds a video invalid ends its hook. */
function plugins(hook: string) {
  const { Parameters, ...emit } = put("", told, ".waitForTaskToken");
  const { DetailType: _, ...entry } = Parameters.Entries[0]!;
  return {
    StartAt: "Emit",
    States: {
      Emit: {
        ...emit,
        Parameters: { Entries: [{ ...entry, "DetailType.$": `States.Format('${hook}.{}', $.value.SK.S)` }] },
        HeartbeatSeconds: 600,
        ResultPath: "$.said",
        Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Missed" }],
        Next: "Valid?",
      },
      Missed: { ...count("missed"), End: true },
      "Valid?": {
        Type: "Choice",
        Choices: [
          {
            And: [
              { Variable: "$.said.valid", IsPresent: true },
              { Variable: "$.said.valid", BooleanEquals: false },
            ],
            Next: "Invalid",
          },
        ],
        Default: "Organise",
      },
      Organise: {
        Type: "Pass",
        Parameters: { "OutputKey.$": "States.Format('plugin-{}', $.value.SK.S)", "OutputValue.$": "$.said" },
        End: true,
      },
      Invalid: {
        Type: "Pass",
        Parameters: { "key.$": "States.Format('plugin-{}', $.value.SK.S)" },
        Next: "Fails",
      },
      Fails: { Type: "Fail", Error: "invalid", CausePath: "$.key" },
    },
  };
}

/**
 * A life cycle of plugins like ServerlessVideo's: hooks in order, the plugins of each in a table, their answers by
 * token.
 */
export function lifeCycle(TableName: string): object {
  const hooks = ["preValidate", "postValidate", "preMetadata", "postMetadata"];
  const states = hooks.map((hook, nth) => ({
    [`Find ${hook}`]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:dynamodb:scan",
      Parameters: {
        TableName,
        FilterExpression: "PK = :hook",
        ExpressionAttributeValues: { ":hook": { S: hook } },
      },
      ResultPath: "$.found",
      Next: `Each ${hook}`,
    },
    [`Each ${hook}`]: {
      Type: "Map",
      ItemsPath: "$.found.Items",
      ItemSelector: { "value.$": "$$.Map.Item.Value", "plugins.$": "$.plugins" },
      ItemProcessor: plugins(hook),
      ResultPath: `$.plugins.${hook}`,
      Catch: [{ ErrorEquals: ["invalid"], ResultPath: "$.failure", Next: "Refused" }],
      Next: `Counted ${hook}`,
    },
    [`Counted ${hook}`]: { ...count("success"), Next: nth < 3 ? `Find ${hooks[nth + 1]}` : "Complete" },
  }));
  return {
    StartAt: "Begin",
    States: {
      Begin: {
        ...put("LifeCycleStarted", { "id.$": "$.detail.id" }),
        ResultPath: null,
        Next: "No plugins yet",
      },
      "No plugins yet": { Type: "Pass", Result: {}, ResultPath: "$.plugins", Next: "Find preValidate" },
      ...Object.assign({}, ...states),
      Refused: {
        Type: "Pass",
        Parameters: {
          "detail.$": "$.detail",
          plugins: { "status.$": "$.failure.Error", "cause.$": "$.failure.Cause" },
        },
        Next: "Complete",
      },
      Complete: {
        ...put("LifeCycleComplete", { "id.$": "$.detail.id", "plugins.$": "$.plugins" }),
        End: true,
      },
    },
  };
}
