import { useEffect, useMemo, useRef, useState } from "react";
import { BareNotice, BareShell } from "../ui/bare-shell.tsx";
import { MailPart } from "./mail-part.tsx";
import type { SettingsAnswer, SettingsApi } from "./settings-api.ts";
import { type SettingsState, settingsActions } from "./settings-state.ts";
import { useSettingsWords } from "./settings-words.ts";
import { WebhookPart } from "./webhook-part.tsx";
import { WhenPart } from "./when-part.tsx";

/** The page on which people choose how to be notified when they are away. */
export function SettingsPage({ api, signIn }: { api: SettingsApi; signIn: () => void }) {
  const { settings: texts, account } = useSettingsWords();
  const [state, setState] = useState<SettingsState>();
  const [failure, setFailure] = useState<Exclude<SettingsAnswer["outcome"], "settings">>();
  const latest = useRef(state);
  const set = (next: SettingsState) => {
    latest.current = next;
    setState(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it needs is read when something is pressed
  const actions = useMemo(() => settingsActions(api, () => latest.current!, set), [api]);

  async function read() {
    setFailure(undefined);
    const answer = await api.read();
    if (answer.outcome === "settings") set({ settings: answer.settings, news: undefined, secret: undefined });
    else setFailure(answer.outcome);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read once
  useEffect(() => void read(), [api]);
  const news = state?.news?.answer;
  const problem = failure ?? (news !== "busy" && news?.outcome === "signed_out" ? "signed_out" : undefined);

  return (
    <BareShell>
      <p>
        <a href="./creator.html">{texts.back}</a>
      </p>
      {state === undefined && failure === undefined && (
        <p className="quiet" role="status">
          {texts.looking}
        </p>
      )}
      {problem !== undefined && (
        <div role="alert">
          <BareNotice title={texts.heading}>
            <p>
              {problem === "signed_out"
                ? account.ended.title
                : problem === "forbidden"
                  ? texts.forbidden
                  : texts.silent}
            </p>
            <p className="actions">
              {problem === "signed_out" ? (
                <button type="button" className="button primary" onClick={signIn}>
                  {account.signInAgain}
                </button>
              ) : (
                <button type="button" className="button primary" onClick={() => void read()}>
                  {texts.tryAgain}
                </button>
              )}
            </p>
          </BareNotice>
        </div>
      )}
      {state !== undefined && (
        <>
          <h1>{texts.heading}</h1>
          <p className="quiet">{texts.lead}</p>
          <MailPart state={state} actions={actions} />
          <WebhookPart state={state} actions={actions} />
          <WhenPart state={state} actions={actions} />
        </>
      )}
    </BareShell>
  );
}
