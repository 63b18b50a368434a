import { expect, it } from "vitest";
import { settle } from "../testing/manual-clock.ts";
import { followPicture } from "./picture.ts";

/** A source whose clock stands at 100,000, and what was asked of it and told by it. */
function source(resolve: () => Promise<{ url: string; expiresAt: number }>) {
  const asked: string[] = [];
  const told: (string | undefined)[] = [];
  const follow = (object: { url?: string; expiresAt?: number }) =>
    followPicture(
      {
        now: () => 100_000,
        resolve(ref) {
          asked.push(ref);
          return resolve();
        },
      },
      "watch:video/v_1#avatar",
      object,
      (url) => told.push(url),
    );
  return { asked, told, follow };
}
const fresh = () => Promise.resolve({ url: "https://x/fresh", expiresAt: 900_000 });

it("asks for nothing while the item's URL is valid", async () => {
  const { asked, follow } = source(fresh);
  follow({ url: "https://x/a", expiresAt: 200_000 });
  await settle();
  expect(asked).toEqual([]);
});

it.each([{}, { url: "https://x/a", expiresAt: 104_000 }])(
  "asks once for a fresh URL in place of %j",
  async (object) => {
    const { asked, told, follow } = source(fresh);
    follow(object);
    await settle();
    expect(asked).toEqual(["watch:video/v_1#avatar"]);
    expect(told).toEqual(["https://x/fresh"]);
  },
);

it("asks once for a picture that did not load, and gives up if it fails again", async () => {
  const { asked, told, follow } = source(fresh);
  const picture = follow({ url: "https://x/a" });
  picture.renew();
  await settle();
  picture.renew();
  await settle();
  expect(asked).toHaveLength(1);
  expect(told).toEqual([undefined, "https://x/fresh", undefined]);
});

it("stays without a picture when there is no fresh URL, and reports nothing once it was stopped", async () => {
  const gone = source(() => Promise.reject(new Error("there is no object")));
  gone.follow({});
  await settle();
  expect(gone.told).toEqual([]);
  const late = source(fresh);
  late.follow({}).stop();
  await settle();
  expect(late.told).toEqual([]);
});
