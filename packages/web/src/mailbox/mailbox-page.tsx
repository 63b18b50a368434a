import { useEffect, useState, useSyncExternalStore } from "react";
import { momentText } from "../model/time.ts";
import { LocalBar } from "../ui/local-bar.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useKeptFocus } from "../ui/use-kept-focus.ts";
import { useFirstWords } from "../words/use-words.ts";
import type { Mail } from "./mail-api.ts";
import { MailView } from "./mail-view.tsx";
import type { MailboxStore } from "./mailbox-store.ts";
import { useChosenMail } from "./use-chosen-mail.ts";

interface MailboxPageProps {
  store: MailboxStore;
  now: () => number;
  /** The server for Callboard's own mails, if they do not go here. */
  mailServer?: string | undefined;
}

/** The mails sent on this machine: a list at the left, and one of them. */
export function MailboxPage({ store, now, mailServer }: MailboxPageProps) {
  const words = useFirstWords();
  const { mail: texts, theatre } = words;
  const { mails, isUp } = useSyncExternalStore(store.follow, () => store.state);
  const [chosen, choose] = useChosenMail();
  const [first, setFirst] = useState<string>();
  // On a narrow screen the problem is shown with the list or with the mail.
  const place = useKeptFocus<HTMLElement>(chosen ?? "list");
  useEffect(() => store.keep(), [store]);

  const find = (id: string | undefined) => mails?.find((mail) => mail.id === id);
  const shown = find(chosen) ?? find(first) ?? mails?.[0];
  // The mail shown at first stays, whatever comes.
  useEffect(() => setFirst(shown?.id), [shown?.id]);

  return (
    <>
      <LocalBar heading={texts.heading} place={place} />
      <main
        className="mailbox"
        ref={place}
        tabIndex={-1}
        data-at={find(chosen) ? "mail" : "list"}
        data-none={mails?.length === 0}
      >
        <section className="mails" aria-label={texts.list}>
          <p role="status" className="quiet hint mails-count">
            {mails && texts.count(mails.length)}
          </p>
          {mailServer && <p className="quiet hint mails-elsewhere">{texts.elsewhere(mailServer)}</p>}
          <p role="alert" className="problem">
            {isUp ? "" : theatre.server.down}
          </p>
          <ul className="rows">
            {mails?.map((mail) => (
              <MailRow key={mail.id} mail={mail} now={now()} isShown={mail === shown} choose={choose} />
            ))}
          </ul>
        </section>
        {shown && <MailView key={shown.id} mail={shown} now={now()} onBack={() => choose(undefined)} />}
        {mails?.length === 0 && (
          <div className="mailbox-none">
            <h1>{texts.none}</h1>
            <p className="quiet">{texts.noneHint}</p>
          </div>
        )}
      </main>
    </>
  );
}

interface RowProps {
  mail: Mail;
  now: number;
  isShown: boolean;
  choose: (id: string) => void;
}

function MailRow({ mail: { id, to, subject, at }, now, isShown, choose }: RowProps) {
  const words = useFirstWords();
  return (
    <li>
      <button type="button" className="row" aria-current={isShown} onClick={() => choose(id)}>
        <PeopleText as="strong" className="one-line">
          {to}
        </PeopleText>
        <PeopleText className="one-line">{subject || words.mail.noSubject}</PeopleText>
        <time className="quiet" dateTime={new Date(at).toISOString()}>
          {momentText(at, now, words)}
        </time>
      </button>
    </li>
  );
}
