import { useId, useState } from "react";
import { DoorSwitch, Field, Part, PartForm, type PartProps, useTyped } from "./settings-parts.tsx";
import { useSettingsWords } from "./settings-words.ts";

/** Whether a webhook is called, its address, and its secret while it can be seen. */
export function WebhookPart({ state, actions }: PartProps) {
  const { webhook: texts } = useSettingsWords().settings;
  const { url = "" } = state.settings.webhook;
  const [typed, setTyped] = useTyped(url);
  return (
    <Part part="webhook" heading={texts.heading} state={state}>
      <p className="quiet">{texts.about}</p>
      {url !== "" && <DoorSwitch door="webhook" label={texts.on} state={state} actions={actions} />}
      <PartForm send={() => actions.change("webhook", { webhook: { url: typed.trim() } })}>
        <Field field="webhook.url" label={texts.url} state={state}>
          {(control) => (
            <input
              {...control}
              type="url"
              autoComplete="off"
              dir="ltr"
              maxLength={1000}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        <p className="actions">
          <button type="submit" className="button" disabled={typed.trim() === "" || typed.trim() === url}>
            {texts.change}
          </button>
          {url !== "" && (
            <>
              <button
                type="button"
                className="button"
                onClick={() => actions.change("webhook", { webhook: { newSecret: true } })}
              >
                {texts.newSecret}
              </button>
              <button
                type="button"
                className="button danger"
                onClick={() => actions.change("webhook", { webhook: { url: null } })}
              >
                {texts.remove}
              </button>
            </>
          )}
        </p>
        {url !== "" && <p className="quiet hint">{texts.newSecretHint}</p>}
      </PartForm>
      {url !== "" && state.secret !== undefined && <Secret secret={state.secret} />}
    </Part>
  );
}

function Secret({ secret }: { secret: string }) {
  const { webhook: texts } = useSettingsWords().settings;
  const id = useId();
  const [copied, setCopied] = useState<boolean>();
  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  }
  return (
    <div className="message settings-secret" data-tone="done">
      <p id={id}>{texts.secret}</p>
      <output dir="ltr" aria-labelledby={id} translate="no">
        {secret}
      </output>
      <p className="quiet hint">{texts.keep}</p>
      <p className="actions">
        <button type="button" className="button" onClick={() => void copy()}>
          {texts.copy}
        </button>
        <span role="status">{copied === undefined ? "" : copied ? texts.copied : texts.notCopied}</span>
      </p>
    </div>
  );
}
