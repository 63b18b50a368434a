import type { RequestId } from "@callboard/protocol";
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from "react";
import { putPerson, typedName } from "../../model/assignees.ts";
import type { FoundPerson } from "../../people/find-people.ts";
import { type PeopleSearch, useFoundPeople } from "../../people/use-found-people.ts";
import { PeopleText } from "../../ui/people-text.tsx";
import { type AmendWords, useAmendWords } from "./use-act.ts";

/** Safari's key code for the Enter that ends a composition. */
const IME_KEY = 229;

interface PeopleFieldProps {
  requestId: RequestId;
  label: string;
  hint: string;
  problem: string | undefined;
  input: RefObject<HTMLInputElement | null>;
  /** The typed text, and the people who were picked. */
  text: string;
  chosen: readonly FoundPerson[];
  change: (text: string, chosen: readonly FoundPerson[]) => void;
}

/**
 * Takes people by name, from a list that follows the typed text, and principals as text: a combobox as in
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.
 */
export function PeopleField({
  requestId,
  label,
  hint,
  problem,
  input,
  text,
  chosen,
  change,
}: PeopleFieldProps) {
  const id = useId();
  const words = useAmendWords();
  const texts = words.amend;
  const [wanted, setWanted] = useState(false);
  const [active, setActive] = useState(-1);
  const search = useFoundPeople(requestId, wanted ? typedName(text) : undefined);
  const options =
    search.phase === "found" ? search.people.filter((one) => !chosen.some(({ id }) => id === one.id)) : [];
  const open = wanted && options.length > 0;
  const optionId = (index: number) => `${id}-option-${index}`;

  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-option-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, id]);

  function type(next: string) {
    setWanted(true);
    setActive(-1);
    change(next, chosen);
  }

  function pick(person: FoundPerson) {
    setActive(-1);
    change(putPerson(text), [...chosen, person]);
    input.current?.focus();
  }

  function press(event: KeyboardEvent<HTMLInputElement>) {
    // During a composition, keys belong to the input method.
    if (event.nativeEvent.isComposing || event.keyCode === IME_KEY) return;
    const person = open ? options[active] : undefined;
    const last = chosen.at(-1);
    if (event.key === "Enter" && person) pick(person);
    else if (event.key === "Escape" && open) setWanted(false);
    else if (event.key === "ArrowDown" && open) setActive(((active + 2) % (options.length + 1)) - 1);
    else if (event.key === "ArrowUp" && open)
      setActive(((active + 1 + options.length) % (options.length + 1)) - 1);
    else if (event.key === "ArrowDown") return setWanted(true);
    else if (event.key === "Backspace" && text === "" && last) change("", chosen.slice(0, -1));
    else return;
    event.preventDefault();
  }

  return (
    <div className="field people-field">
      <label htmlFor={`${id}-to`}>{label}</label>
      {chosen.length > 0 && (
        <ul className="chosen" aria-label={texts.chosen}>
          {chosen.map((person) => (
            <li key={person.id}>
              <PersonLabel person={person} />
              <button
                type="button"
                aria-label={texts.leaveOut(person.name, person.id)}
                onClick={() => {
                  change(
                    text,
                    chosen.filter((one) => one !== person),
                  );
                  input.current?.focus();
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="people-combobox">
        <input
          ref={input}
          id={`${id}-to`}
          value={text}
          maxLength={3000}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-activedescendant={open && active >= 0 ? optionId(active) : undefined}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
          onBlur={() => setWanted(false)}
        />
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={texts.people}
          className="people-list"
          hidden={!open}
        >
          {options.map((person, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
            <div
              key={person.id}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              // The focus stays in the field.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(person)}
            >
              <PersonLabel person={person} />
            </div>
          ))}
        </div>
      </div>
      <p className="people-news" role="status">
        {newsOf(search, options.length, words)}
      </p>
      <p id={`${id}-hint`} className="quiet hint">
        {hint}
      </p>
      <p id={`${id}-problem`} className="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** People choose their own names; the id shows who it is. */
const PersonLabel = ({ person }: { person: FoundPerson }) => (
  <span className="person">
    <PeopleText>{person.name}</PeopleText> <span className="quiet principal">{person.id}</span>
  </span>
);

function newsOf(search: PeopleSearch, count: number, words: AmendWords): string {
  if (search.phase === "unavailable") return words.amend.cannotLook;
  if (search.phase !== "found") return "";
  return count === 0 ? words.amend.nobodyFound : words.amend.found(count);
}
