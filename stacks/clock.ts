/** Each minute, at most once: the next poll is never far, so that none is tried again. */
export function clockSchedule(clock: sst.aws.Function, deadLetters: aws.sqs.Queue): void {
  const role = new aws.iam.Role("ClockScheduleRole", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "scheduler.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: aws.iam.getPolicyDocumentOutput({
          statements: [
            { effect: "Allow", actions: ["lambda:InvokeFunction"], resources: [clock.arn] },
            { effect: "Allow", actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
          ],
        }).json,
      },
    ],
  });
  new aws.scheduler.Schedule("ClockSchedule", {
    scheduleExpression: "rate(1 minute)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: clock.arn,
      roleArn: role.arn,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      deadLetterConfig: { arn: deadLetters.arn },
    },
  });
}
