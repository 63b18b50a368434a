import { defined } from "@callboard/protocol";
import { useId } from "react";
import { type Language, languages } from "../words/words.ts";
import { Field, Part, PartForm, type PartProps, useTyped } from "./settings-parts.tsx";
import { useSettingsWords } from "./settings-words.ts";

const usual = { from: "22:00", to: "07:00" };

/** The language and the quiet hours of notifications. */
export function WhenPart({ state, actions }: PartProps) {
  const { when: texts, save } = useSettingsWords().settings;
  const { settings } = state;
  const { quiet } = settings;
  const [lang, setLang] = useTyped<Language>(settings.lang);
  const [zone, setZone] = useTyped(settings.zone);
  const [isQuiet, setQuiet] = useTyped(quiet !== undefined);
  const [from, setFrom] = useTyped(quiet?.from ?? usual.from);
  const [to, setTo] = useTyped(quiet?.to ?? usual.to);
  const id = useId();
  const isLeft = isQuiet ? from === quiet?.from && to === quiet.to : quiet === undefined;
  const here = zoneHere();
  /** An unchanged field is not sent: its value may come from elsewhere, and change there. */
  const send = () =>
    actions.change(
      "when",
      defined({
        lang: lang === settings.lang ? undefined : lang,
        zone: zone === settings.zone ? undefined : zone,
        quiet: isLeft ? undefined : isQuiet ? { from, to } : null,
      }),
    );
  return (
    <Part part="when" heading={texts.heading} state={state}>
      <PartForm send={send}>
        <div className="field">
          <label htmlFor={`${id}-lang`}>{texts.lang}</label>
          <select id={`${id}-lang`} value={lang} onChange={({ target }) => setLang(target.value as Language)}>
            {Object.entries(languages).map(([tag, name]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <Field field="zone" label={texts.zone} state={state}>
          {(control) => (
            <select {...control} value={zone} onChange={({ target }) => setZone(target.value)}>
              {zonesWith(settings.zone, here).map((name) => (
                <option key={name} value={name}>
                  {shown(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {zone !== here && (
          <p className="actions">
            <button type="button" className="button plain" onClick={() => setZone(here)}>
              {texts.here(shown(here))}
            </button>
          </p>
        )}
        <label className="pick">
          <input type="checkbox" checked={isQuiet} onChange={({ target }) => setQuiet(target.checked)} />
          <span>{texts.quiet}</span>
        </label>
        {isQuiet && (
          <div className="settings-times">
            <Field field="quiet" label={texts.from} state={state}>
              {(control) => (
                <input
                  {...control}
                  type="time"
                  value={from}
                  onChange={({ target }) => setFrom(target.value)}
                />
              )}
            </Field>
            <div className="field">
              <label htmlFor={`${id}-to`}>{texts.to}</label>
              <input id={`${id}-to`} type="time" value={to} onChange={({ target }) => setTo(target.value)} />
            </div>
          </div>
        )}
        <p className="actions">
          <button type="submit" className="button primary">
            {save}
          </button>
        </p>
      </PartForm>
    </Part>
  );
}

const shown = (zone: string): string => zone.replaceAll("_", " ");

const zoneHere = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zones that the browser knows, and these, for which it may have other names. */
const zonesWith = (...zones: string[]): string[] =>
  [...new Set(["UTC", ...zones, ...(Intl.supportedValuesOf?.("timeZone") ?? [])])].sort();
