import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { expect, it, onTestFinished } from "vitest";
import { connected, openSignIn, signIn } from "./sign-in-stage.ts";
import { openUserPool } from "./user-pool.ts";

const document = readFileSync(fileURLToPath(new URL("../../../docs/identity.md", import.meta.url)), "utf8");

interface Command {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `admin-create-user` as `AdminCreateUser`. */
const pascal = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** The commands of the AWS CLI in the document's one block for a shell, as the CLI would send them. */
function commands(variables: Readonly<Record<string, string>>): Command[] {
  const [, block] = /```sh\n(POOL=.*?)```/s.exec(document)!;
  return block!
    .split("\n")
    .filter((line) => line.startsWith("aws cognito-idp "))
    .map((line) => {
      const words = [...line.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) =>
        word.replaceAll('"', "").replace(/^\$(\w+)$/, (_, name: string) => variables[name]!),
      );
      const input: Record<string, unknown> = {};
      for (let at = 3; at < words.length; ) {
        const name = pascal(words[at++]!.slice(2));
        const values: string[] = [];
        while (at < words.length && !words[at]!.startsWith("--")) values.push(words[at++]!);
        input[name] =
          values.length === 0 ? true : values[0]!.startsWith("Name=") ? values.map(pair) : values[0];
      }
      return { operation: pascal(words[2]!), input };
    });
}

const pair = (text: string) =>
  Object.fromEntries(text.split(",").map((part) => part.split("=") as [string, string]));

it("creates the first administrator by the commands of docs/identity.md, who signs in and starts a video", async () => {
  const on = await openSignIn("cognito", { CALLBOARD_USER_CLAIM: "email" });
  onTestFinished(() => on.close());
  const pool = await openUserPool(on.issuer);
  onTestFinished(() => pool.close());
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new cognito.CognitoIdentityProviderClient({
    region: "us-east-1",
    credentials,
    endpoint: pool.url,
    maxAttempts: 1,
  });
  const asked = commands({ POOL: "us-east-1_AbCdEfGhI", PASSWORD: "a first password" });
  expect(asked).toHaveLength(3);
  for (const { operation, input } of asked) {
    const Send = (
      cognito as unknown as Record<string, new (input: object) => cognito.AdminCreateUserCommand>
    )[`${operation}Command`]!;
    await client.send(new Send(input));
  }
  // The SDK sends only members of the service's model.
  expect(pool.calls).toEqual(asked);

  const { page } = await on.visit();
  await signIn(page, "ana@shop.example");
  await connected(page);
  await page.locator(".account-name", { hasText: "Ana Lima" }).waitFor();
  await page.getByRole("button", { name: "Play the sample" }).click();
  await page.waitForURL(/#\/v\/v_/);
  const user = await page.evaluate(
    () => (window as unknown as { callboard: { state: { user: object } } }).callboard.state.user,
  );
  expect(user).toMatchObject({ id: "ana@shop.example", roles: ["role/creators"] });
});
