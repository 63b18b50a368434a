"use client";

import { useInbox, useProgress, useQuestion } from "@callboard/client/react";

/** The progress of an order, and its questions to the user. */
export function Order({ id }: { id: string }) {
  const { steps, stale } = useProgress(`order/${id}`);
  const { wanted, receipts } = useInbox();
  return (
    <main aria-busy={stale}>
      <h1>Order {id}</h1>
      <ol>
        {steps.map(({ step, state, percent }) => (
          <li key={step}>
            {step}: {state} {percent !== undefined && <progress max={100} value={percent} />}
          </li>
        ))}
      </ol>
      {wanted
        .filter(({ subject }) => subject === `order/${id}`)
        .map(({ requestId }) => (
          <Question key={requestId} requestId={requestId} />
        ))}
      <ul aria-label="Answers">
        {receipts
          .filter(({ subject }) => subject === `order/${id}`)
          .map(({ replyId, verb, status }) => (
            <li key={replyId}>
              {verb}: {status}
            </li>
          ))}
      </ul>
    </main>
  );
}

function Question({ requestId }: { requestId: string }) {
  const { ref, prompt, candidates, marked, mark, verbs, answer, outcome } = useQuestion(requestId);
  return (
    <fieldset ref={ref}>
      <legend>{prompt}</legend>
      {candidates.map(({ key, title }) => (
        <label key={key}>
          <input type="radio" checked={marked?.key === key} onChange={() => mark(key)} /> {title}
        </label>
      ))}
      {verbs.map(({ verb, label, ready }) => (
        <button key={verb} type="button" disabled={!ready} onClick={() => answer(verb)}>
          {label}
        </button>
      ))}
      <output>{outcome.phase}</output>
    </fieldset>
  );
}
