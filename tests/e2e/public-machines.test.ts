import { CreateStateMachineCommand, ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { machines } from "./sample-stage.ts";
import { openStage, type Stage } from "./stage.ts";

/** For this many of the definitions every resource is served without stand-in functions; the number only rises. */
const leastServed = 65;
const valid = machines.filter(({ invalid }) => invalid === undefined);

describe.runIf(machines.length > 0)("state machines of public samples", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.close());

  const roleArn = "arn:aws:iam::000000000000:role/sample";
  const create = (name: string, definition: object) =>
    stage.aws.sfn.send(
      new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
    );

  it("are all accepted, except invalid ones", async () => {
    for (const [nth, { definition, invalid, id }] of machines.entries()) {
      const made = create(`sample-${nth}`, definition).then(
        () => "taken",
        () => "refused",
      );
      expect([id, await made]).toEqual([id, invalid === undefined ? "taken" : "refused"]);
    }
  });

  it("are checked in advance for states without a service, with what would serve them", async () => {
    let served = 0;
    for (const { definition } of valid) {
      const { diagnostics = [] } = await stage.aws.sfn.send(
        new ValidateStateMachineDefinitionCommand({
          definition: JSON.stringify(definition),
          severity: "WARNING",
        }),
      );
      for (const { message } of diagnostics)
        expect(message).toMatch(/^Nothing here serves arn:.* Put [\w-]+\.mjs, /);
      if (diagnostics.length === 0) served++;
    }
    expect(served).toBeGreaterThanOrEqual(leastServed);
  });
});
