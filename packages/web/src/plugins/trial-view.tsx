import type { ReactNode } from "react";
import { PeopleText } from "../ui/people-text.tsx";
import { countText } from "../words/plural.ts";
import { useFirstWords } from "../words/use-words.ts";
import type { Trial } from "./plugins-api.ts";

/** One trial: what the plugin did, and how the life cycle reacted. */
export function TrialView({ trial }: { trial: Trial }) {
  const { plugins: texts, lang } = useFirstWords();
  const { hook, name, required, timeoutSeconds, ran, puts, turn, verdict, isRight } = trial;
  const why = turn.reason ?? turn.message;
  return (
    <article className="card trial" data-right={isRight}>
      <header className="trial-head">
        <h3>
          {hook}.{name}
        </h3>
        <p className="quiet hint">{(required ? texts.required : texts.optional)(timeoutSeconds)}</p>
      </header>
      <p className="trial-verdict">
        <strong>{texts.verdicts[verdict]}</strong>
        {why !== undefined && verdict !== "goes_on" && <PeopleText as="span">{why}</PeopleText>}
      </p>
      <dl className="trial-facts">
        <Fact name={texts.ran}>
          {ran ? (
            <>
              {(ran.error ? texts.failedAfter : texts.ranFor)(countText(lang, ran.ms))}{" "}
              {ran.error && <PeopleText>{`${ran.error.type}: ${ran.error.message}`}</PeopleText>}
            </>
          ) : (
            texts.notCalled
          )}
        </Fact>
        <Fact name={texts.answers}>
          {puts.length === 0 ? (
            texts.none
          ) : (
            <ol className="trial-puts">
              {puts.map((put, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and stay as they are
                <li key={at}>
                  <Code value={put.message ?? `${put.source} ${put.detailType}`} />
                  <span>
                    {texts.after(countText(lang, put.afterMs))} · <SaidText said={put.said} />
                  </span>
                </li>
              ))}
            </ol>
          )}
        </Fact>
        {trial.handedOn !== undefined && (
          <Fact name={texts.handedOn}>
            <Code value={trial.handedOn} />
          </Fact>
        )}
      </dl>
      <details className="trial-event">
        <summary>{texts.event}</summary>
        <pre className="trial-code">{JSON.stringify(trial.event, null, 2)}</pre>
      </details>
    </article>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const MAX_LETTERS = 1000;

/** A value as JSON, shortened for reading. */
function Code({ value }: { value: unknown }) {
  const text = JSON.stringify(value);
  return (
    <code className="trial-code" translate="no">
      {text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text}
    </code>
  );
}

function SaidText({ said }: { said: Trial["puts"][number]["said"] }) {
  const { said: texts } = useFirstWords().plugins;
  if (!said) return texts.unused;
  if ("problem" in said)
    return (
      <>
        {texts.refused} <PeopleText>{said.problem}</PeopleText>
      </>
    );
  const name = "code" in said ? said.code : said.outcome;
  return Object.hasOwn(texts, name) ? texts[name as keyof typeof texts] : `${texts.refused} ${name}`;
}
