import { useState } from "react";
import { sizeText } from "../model/selection.ts";
import { momentText } from "../model/time.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { useFirstWords } from "../words/use-words.ts";
import { linkedParts } from "./linked-text.ts";
import { addressOf, filesBeside, type Mail, pageOf } from "./mail-api.ts";

const ways = ["html", "text"] as const;

/** A mail, as its reader sees it. */
export function MailView({ mail, now, onBack }: { mail: Mail; now: number; onBack: () => void }) {
  const words = useFirstWords();
  const { mail: texts, theatre } = words;
  const [chosen, setChosen] = useState<(typeof ways)[number]>("html");
  const shown = mail.html === "" ? "text" : mail.text === "" ? "html" : chosen;
  const facts = [
    [texts.from, mail.from],
    [texts.to, mail.to],
  ] as const;
  const files = filesBeside(mail);
  return (
    <article className="mail" aria-labelledby="mail-subject">
      <header className="mail-head">
        <button type="button" className="button plain mail-back" onClick={onBack}>
          {texts.back}
        </button>
        <h1 id="mail-subject">
          <PeopleText>{mail.subject || texts.noSubject}</PeopleText>
        </h1>
        <dl className="mail-facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <PeopleText>{value}</PeopleText>
              </dd>
            </div>
          ))}
          <div>
            <dt>{texts.at}</dt>
            <dd>
              <time dateTime={new Date(mail.at).toISOString()}>{momentText(mail.at, now, words)}</time>
            </dd>
          </div>
          {files.length > 0 && (
            <div>
              <dt>{texts.files}</dt>
              <dd className="mail-files">
                {files.map(([file, at]) => (
                  <a key={at} href={addressOf(mail, file, at)} download={file.filename ?? ""}>
                    <PeopleText>{file.filename ?? file.contentType}</PeopleText> (
                    {sizeText(file.bytes, words)})
                  </a>
                ))}
              </dd>
            </div>
          )}
        </dl>
        <div className="mail-ways">
          {mail.html !== "" && mail.text !== "" && (
            <fieldset className="pane-tabs">
              <legend className="visually-hidden">{theatre.machine.shownAs}</legend>
              {ways.map((way) => (
                <button
                  key={way}
                  type="button"
                  className="pane-tab"
                  aria-pressed={shown === way}
                  onClick={() => setChosen(way)}
                >
                  {texts[way]}
                </button>
              ))}
            </fieldset>
          )}
          {mail.html !== "" && (
            <a className="pane-alone" href={pageOf(mail)} target="_blank" rel="noreferrer">
              {theatre.panes.alone}
            </a>
          )}
        </div>
      </header>
      {shown === "html" ? (
        <iframe
          key={mail.id}
          className="mail-frame"
          title={texts.frame}
          src={pageOf(mail)}
          // Only links work; the mail's own policy says the same.
          sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
          referrerPolicy="no-referrer"
        />
      ) : (
        <pre className="people-text mail-text" dir="auto" lang="">
          {linkedParts(mail.text).map(({ text, isLink }, index) =>
            isLink ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name
              <a key={index} href={text} target="_blank" rel="noreferrer">
                {text}
              </a>
            ) : (
              text
            ),
          )}
        </pre>
      )}
    </article>
  );
}
