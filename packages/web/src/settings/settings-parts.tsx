import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Sentence } from "../ui/people-text.tsx";
import { useKeptFocus } from "../ui/use-kept-focus.ts";
import {
  fieldProblem,
  partText,
  type SettingsActions,
  type SettingsField,
  type SettingsPart,
  type SettingsState,
} from "./settings-state.ts";
import { useSettingsWords } from "./settings-words.ts";

/** The props of every part of the page. */
export interface PartProps {
  readonly state: SettingsState;
  readonly actions: SettingsActions;
}

/** The value of a field: the server's, or the typed one until the server's value changes. */
export function useTyped<T extends string | boolean>(stands: T): [shown: T, type: (next: T) => void] {
  const [typed, setTyped] = useState<{ over: T; next: T }>();
  const isOver = typed !== undefined && typed.over !== stands;
  if (isOver) setTyped(undefined);
  return [typed === undefined || isOver ? stands : typed.next, (next) => setTyped({ over: stands, next })];
}

/** A part of the page with its heading and the result of its last button. */
export function Part({
  part,
  heading,
  state,
  children,
}: {
  part: SettingsPart;
  heading: string;
  state: SettingsState;
  children: ReactNode;
}) {
  const id = useId();
  const words = useSettingsWords();
  const { news } = state;
  const text = partText(part, news, words);
  const isLost = news?.answer !== "busy" && news?.answer.outcome !== "settings";
  const status = useKeptFocus<HTMLParagraphElement>(
    news?.part === part && news.answer !== "busy" ? news : undefined,
  );
  return (
    <section className="card settings-part" aria-labelledby={id} data-part={part}>
      <h2 id={id}>{heading}</h2>
      {children}
      <p ref={status} tabIndex={-1} role="status" className={isLost ? "problem" : "quiet hint"}>
        {text !== undefined && <Sentence>{text}</Sentence>}
      </p>
    </section>
  );
}

/** A form that sends its content without loading a page. */
export function PartForm({ send, children }: { send: () => void; children: ReactNode }) {
  function submit(event: FormEvent) {
    event.preventDefault();
    send();
  }
  return (
    <form className="settings-form" onSubmit={submit} noValidate>
      {children}
    </form>
  );
}

/** A labelled field, with a hint and the server's problem. */
export function Field({
  field,
  label,
  hint,
  state,
  children,
}: {
  field: SettingsField;
  label: string;
  hint?: string | undefined;
  state: SettingsState;
  children: (control: { id: string; "aria-invalid": boolean; "aria-describedby": string }) => ReactNode;
}) {
  const id = useId();
  const problem = fieldProblem(field, state.news, useSettingsWords());
  return (
    <div className="field" data-field={field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": `${id}-hint ${id}-problem`,
      })}
      <p id={`${id}-hint`} className="quiet hint">
        {hint}
      </p>
      <p id={`${id}-problem`} className="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** A switch for mail or webhook, and why it is paused, if it is. */
export function DoorSwitch({
  door,
  label,
  state,
  actions,
}: PartProps & { door: "mail" | "webhook"; label: string }) {
  const { paused: texts } = useSettingsWords().settings;
  const { on, paused } = state.settings[door];
  const turn = (next: boolean) => actions.change(door, { [door]: { on: next } });
  return (
    <>
      <label className="pick">
        <input type="checkbox" checked={on} onChange={({ target }) => turn(target.checked)} />
        <span>{label}</span>
      </label>
      {paused !== undefined && (
        <p className="message" data-tone="pending" data-paused={paused.reason}>
          {texts[paused.reason]}{" "}
          <button type="button" className="button" onClick={() => turn(true)}>
            {texts.goOn}
          </button>
        </p>
      )}
    </>
  );
}
