import { isUnderWay, questionsIn } from "@callboard/client/headless";
import { CallboardProvider, useChannel, useQuestion, useUser } from "@callboard/client/react";
import { type Subject, workChannel } from "@callboard/protocol";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { sentText } from "../creator/held-line.tsx";
import type { HeldAnswerView } from "../creator/use-held-answers.ts";
import { PlainQuestion, WholeQuestion } from "../creator/whole-question.tsx";
import { defaultText } from "../model/question.ts";
import { said, subjectName } from "../model/words.ts";
import { BareNotice, BareShell } from "../ui/bare-shell.tsx";
import { Countdown } from "../ui/countdown.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import type { AnswerPageState, AnswerPage as Page } from "./answer-page-state.ts";
import { useAnswerWords } from "./answer-words.ts";

/** No undo here: the reader may close the page right after the button. */
const atOnce: HeldAnswerView = { held: undefined, wasDropped: false, hold() {}, undo() {}, sendNow() {} };

/** The page of a link: its question, or why it is not shown. */
export function AnswerPage({ page }: { page: Page }) {
  const state = useSyncExternalStore(
    page.follow,
    () => page.state,
    () => page.state,
  );
  useEffect(() => {
    const back = () => document.visibilityState === "visible" && void page.load();
    void page.load();
    document.addEventListener("visibilitychange", back);
    window.addEventListener("online", back);
    window.addEventListener("pageshow", back);
    return () => {
      document.removeEventListener("visibilitychange", back);
      window.removeEventListener("online", back);
      window.removeEventListener("pageshow", back);
    };
  }, [page]);
  return (
    <BareShell>
      {state.shows === "question" ? (
        <CallboardProvider client={state.client}>
          <LinkedQuestion state={state} sendAgain={page.sendAgain} />
        </CallboardProvider>
      ) : (
        <NoQuestion {...state} load={page.load} />
      )}
    </BareShell>
  );
}

/** For an address without a question or a link. */
export function NoLink() {
  const { noLink } = useAnswerWords().answering;
  return (
    <BareShell>
      <BareNotice title={noLink.title}>
        <p>{noLink.text}</p>
      </BareNotice>
    </BareShell>
  );
}

function NoQuestion({
  shows,
  wasRefused = false,
  load,
}: Exclude<AnswerPageState, { shows: "question" }> & { load: () => Promise<void> }) {
  const { answering: texts, question: questionTexts } = useAnswerWords();
  if (shows === "loading")
    return (
      <p className="quiet" role="status">
        {texts.looking}
      </p>
    );
  const { title, text } = {
    unauthorized: texts.ended,
    forbidden: texts.others,
    not_found: texts.gone,
    unreachable: texts.silent,
  }[shows];
  return (
    <div role="alert">
      <BareNotice title={title}>
        {wasRefused && <p>{questionTexts.held.notTaken}</p>}
        <p>{text}</p>
        {shows === "unreachable" && (
          <p className="actions">
            <button type="button" className="button primary" onClick={() => void load()}>
              {texts.tryAgain}
            </button>
          </p>
        )}
      </BareNotice>
    </div>
  );
}

function LinkedQuestion({
  state: { question: shown, unsent },
  sendAgain,
}: {
  state: Extract<AnswerPageState, { shows: "question" }>;
  sendAgain: () => void;
}) {
  const { requestId, subject } = shown.request;
  const me = useUser()?.id;
  const heading = useRef<HTMLHeadingElement>(null);
  const { items } = useChannel(workChannel(subject as Subject));
  const question = questionsIn(items).find((one) => one.requestId === requestId);
  const asked = useQuestion(requestId, { subject, attention: false, tickMs: false });
  const words = useAnswerWords();
  const { answering: texts, question: questionTexts } = words;
  if (!question) return null;
  const { lang, deadline, round, maxRounds } = question;
  const drawn = { question, asked, answering: atOnce, me, level: "h1", heading } as const;
  const as = (
    <p className="answer-as">
      <Sentence>{texts.as(said(shown.as.name || shown.as.id))}</Sentence>
    </p>
  );
  const plain = <PlainQuestion {...drawn} facts={as} />;
  return (
    <>
      <p className="answer-about">
        <Sentence lang={lang}>{texts.about(said(question.title ?? subjectName(subject)))}</Sentence>
      </p>
      {asked.open && unsent !== undefined && !isUnderWay(asked.outcome) && (
        <div className="message" data-tone="pending" role="status">
          <p>
            <Sentence lang={lang}>{texts.unsent(sentText(unsent, question, asked.titleOf, words))}</Sentence>
          </p>
          <button type="button" className="button" onClick={sendAgain}>
            {texts.sendAgain}
          </button>
        </div>
      )}
      <div className="question-block">
        <RowBoundary name={requestId} of={question} instead={plain}>
          {question.torn ? (
            plain
          ) : (
            <WholeQuestion
              {...drawn}
              ended
              leads
              facts={
                <>
                  <div className="question-facts">
                    {deadline !== undefined && <Countdown until={deadline} />}
                    {maxRounds !== undefined && <span>{questionTexts.roundOf(round, maxRounds)}</span>}
                  </div>
                  <p className="default">
                    <Sentence lang={lang}>
                      {defaultText(question, asked.titleOf, shown.serverTime, words)}
                    </Sentence>
                  </p>
                  {as}
                </>
              }
            />
          )}
        </RowBoundary>
      </div>
    </>
  );
}
