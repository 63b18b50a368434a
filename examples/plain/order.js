import { connect } from "@callboard/client";

const given = new URLSearchParams(location.search);
const pages = given.get("pages") ?? "http://127.0.0.1:3000";

const callboard = connect({
  url: given.get("socket") ?? "ws://127.0.0.1:3001/",
  // In your application, ask your own back end.
  token: async () => (await (await fetch(`${pages}/dev/token?user=ana&role=creator`)).json()).token,
});

callboard.channel(`work:order/${given.get("order") ?? "7"}`).follow((_, { items }) => {
  const values = (prefix) =>
    [...items.values()].filter(({ key }) => key.startsWith(prefix)).map(({ value }) => value);
  const steps = values("step/").map(({ step, state }) => element("li", `${step}: ${state}`));
  document.querySelector("ol").replaceChildren(...steps);
  const asked = values("request/").filter(({ state }) => state === "open");
  document.querySelector("fieldset").replaceChildren(...asked.flatMap(question));
});

const question = ({ requestId, round, prompt, verbs }) => [
  element("legend", prompt),
  ...verbs.map((verb) =>
    element("button", verb, async () => {
      const { status, code } = await callboard.reply({ requestId, round, verb });
      document.querySelector("output").textContent = `${verb}: ${code ?? status}`;
    }),
  ),
];

const element = (name, textContent, onclick = null) =>
  Object.assign(document.createElement(name), { textContent, onclick });
