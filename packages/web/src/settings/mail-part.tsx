import { useState } from "react";
import { DoorSwitch, Field, Part, PartForm, type PartProps, useTyped } from "./settings-parts.tsx";
import { useSettingsWords } from "./settings-words.ts";

/** Whether mails are sent, the address, and the code that confirms an address of the user's choice. */
export function MailPart({ state, actions }: PartProps) {
  const { mail: texts } = useSettingsWords().settings;
  const { address = "", state: stands } = state.settings.mail;
  const [typed, setTyped] = useTyped(address);
  const change = (next: string | null) => actions.change("mail", { mail: { address: next } });
  return (
    <Part part="mail" heading={texts.heading} state={state}>
      <DoorSwitch door="mail" label={texts.on} state={state} actions={actions} />
      <PartForm send={() => change(typed.trim())}>
        <Field field="mail.address" label={texts.address} hint={texts[stands]} state={state}>
          {(control) => (
            <input
              {...control}
              type="email"
              autoComplete="email"
              dir="ltr"
              maxLength={254}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        <p className="actions">
          <button type="submit" className="button" disabled={typed.trim() === "" || typed.trim() === address}>
            {texts.change}
          </button>
          {(stands === "confirmed" || stands === "unconfirmed") && (
            <button type="button" className="button plain" onClick={() => change(null)}>
              {texts.forget}
            </button>
          )}
        </p>
      </PartForm>
      {stands === "unconfirmed" && (
        <CodeForm key={address} state={state} actions={actions} sendAgain={() => change(address)} />
      )}
    </Part>
  );
}

/** A field for the code that was sent to an address. */
function CodeForm({ state, actions, sendAgain }: PartProps & { sendAgain: () => void }) {
  const { mail: texts } = useSettingsWords().settings;
  const [code, setCode] = useState("");
  return (
    <PartForm send={() => actions.confirm(code.trim())}>
      <Field field="mail.code" label={texts.code} state={state}>
        {(control) => (
          <input
            {...control}
            type="text"
            inputMode="numeric"
            autoComplete="one-time-code"
            dir="ltr"
            maxLength={6}
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
        )}
      </Field>
      <p className="actions">
        <button type="submit" className="button primary" disabled={code.trim() === ""}>
          {texts.confirm}
        </button>
        <button type="button" className="button plain" onClick={sendAgain}>
          {texts.sendAgain}
        </button>
      </p>
    </PartForm>
  );
}
