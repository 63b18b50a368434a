import { expect, it } from "vitest";
import { readHttp } from "../http/reading.ts";
import { findPeople } from "./find-people.ts";

const requestId = "req_000000000001";
const never = new AbortController().signal;

function api(answer: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    asked.push({ url: String(input), init });
    return answer();
  };
  const read = readHttp("http://api", async () => "jwt", fetch);
  const find = (name: string, signal = never) => findPeople(read, requestId, name, signal);
  return { asked, find };
}

it("searches people by any name, with the token in the header", async () => {
  const people = [{ id: "user/ana", name: "Ana" }];
  const { find, asked } = api(() => Response.json({ people }));
  expect(await find("an & co/é")).toEqual(people);
  expect(asked).toMatchObject([
    {
      url: `http://api/people?request=${requestId}&name=an+%26+co%2F%C3%A9`,
      init: { headers: { authorization: "Bearer jwt" } },
    },
  ]);
});

it.each([
  ["a refusal", () => Response.json({ error: { code: "forbidden" } }, { status: 403 })],
  ["no network", () => Promise.reject(new TypeError("fetch failed"))],
  ["an answer of another shape", () => Response.json({ people: [{ id: "group/x", name: "X" }] })],
  ["an error page", () => new Response("<html>")],
])("finds nobody with %s", async (_, answer) => {
  expect(await api(answer).find("an")).toBeUndefined();
});

it("rejects when it is aborted", async () => {
  const aborted = AbortSignal.abort();
  const { find } = api(() => Promise.reject(aborted.reason));
  await expect(find("an", aborted)).rejects.toBe(aborted.reason);
});
