// @vitest-environment happy-dom
import { createRoot } from "react-dom/client";
import { expect, it, onTestFinished } from "vitest";
import { act } from "../testing/act.ts";
import { englishForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import type { Plugin, PluginsApi, Trial } from "./plugins-api.ts";
import { PluginsPage } from "./plugins-page.tsx";

const plugin = (hook: Plugin["hook"], name: string): Plugin => ({
  hook,
  name,
  required: true,
  timeoutSeconds: 60,
});

/** The page before a machine with these plugins; every trial continues. */
async function draw(plugins: readonly Plugin[]) {
  const wanted: object[] = [];
  const api: PluginsApi = {
    list: async () => ({ plugins, recording: { id: "v_sample" } }),
    async attempt(one) {
      wanted.push(one);
      const [own, name] = one.plugin.split(".") as [Plugin["hook"], string];
      const hook = one.hook ?? own;
      const shown: Trial = {
        ...plugin(hook, name),
        event: {},
        puts: [],
        turn: {},
        verdict: "goes_on",
        isRight: true,
      };
      return shown;
    },
  };
  const page = document.createElement("div");
  document.body.append(page);
  const root = createRoot(page);
  onTestFinished(async () => {
    await act(async () => root.unmount());
    page.remove();
  });
  await act(async () =>
    root.render(
      <WordsProvider value={englishForTests}>
        <PluginsPage api={api} />
      </WordsProvider>,
    ),
  );
  const choose = (id: string, text: string) =>
    act(async () => {
      const select = page.querySelector<HTMLSelectElement>(`#${id}`)!;
      select.value = [...select.options].find((option) => option.textContent === text)!.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  const options = (id: string) => [...page.querySelectorAll(`#${id} option`)].map((one) => one.textContent);
  const attempt = () => act(async () => page.querySelector<HTMLButtonElement>("[type=submit]")!.click());
  return { page, wanted, choose, options, attempt };
}

it("tries each of two plugins with the same name at different hooks", async () => {
  const { wanted, choose, options, attempt } = await draw([
    plugin("preMetadata", "tags"),
    plugin("postMetadata", "tags"),
  ]);
  expect(options("plugin")).toEqual(["preMetadata.tags", "postMetadata.tags"]);
  await attempt();
  await choose("plugin", "postMetadata.tags");
  expect(options("hook")[0]).toBe("postMetadata, as registered");
  await attempt();
  const recording = { id: "v_sample" };
  expect(wanted).toEqual([
    { plugin: "preMetadata.tags", recording },
    { plugin: "postMetadata.tags", recording },
  ]);
});

it("tries a plugin at a hook that it is not registered for, and at all of them", async () => {
  const { page, wanted, choose, attempt } = await draw([plugin("preValidate", "length")]);
  await choose("hook", "postMetadata");
  await attempt();
  await choose("hook", "All four hooks");
  await attempt();
  expect(wanted.map((one) => (one as { hook: string }).hook)).toEqual([
    "postMetadata",
    "preValidate",
    "postValidate",
    "preMetadata",
    "postMetadata",
  ]);
  expect([...page.querySelectorAll("h3")].map((heading) => heading.textContent)).toEqual([
    "preValidate.length",
    "postValidate.length",
    "preMetadata.length",
    "postMetadata.length",
  ]);
});
