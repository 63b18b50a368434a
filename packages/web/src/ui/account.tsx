import { useConnection } from "@callboard/client/react";
import { createContext, useContext, useSyncExternalStore } from "react";
import { said } from "../model/words.ts";
import type { KeptSession } from "../session/kept-session.ts";
import type { Session } from "../session/session.ts";
import { SignedOut } from "../session/token.ts";
import { useWords } from "../words/use-words.ts";
import { Sentence } from "./people-text.tsx";
import { SignInButton } from "./sign-in-card.tsx";

/** The signed-in user, and the account's actions. */
export interface Account {
  readonly session: Session;
  /** The address for signing in again, which leads back here. */
  address(): Promise<string>;
  signOut(): void;
}

const Given = createContext<Account | undefined>(undefined);
export const AccountProvider = Given.Provider;

/** The account of a signed-in reader; undefined when they came with a link. */
export const useAccount = (): Account | undefined => useContext(Given);

const never = () => () => {};

function useSignedIn(account: Account | undefined): KeptSession | undefined {
  return useSyncExternalStore(account?.session.follow ?? never, () => account?.session.current);
}

/** Whether the connection waits until the reader signs in again. */
export function useIsSignedOut(): boolean {
  const state = useConnection();
  return state.state === "waiting" && state.error instanceof SignedOut;
}

/** The signed-in user, and a sign-out button. */
export function AccountBar() {
  const { account: texts } = useWords();
  const account = useAccount();
  const signedIn = useSignedIn(account);
  if (!account || !signedIn) return null;
  return (
    <p className="account">
      <span className="account-name" title={signedIn.user.name}>
        <span className="visually-hidden">{texts.signedInAs} </span>
        <bdi>{signedIn.user.name}</bdi>
      </span>
      <button type="button" className="button plain" onClick={account.signOut}>
        {texts.signOut}
      </button>
    </p>
  );
}

/** Why a signed-in user cannot continue, and what they can do; empty without a problem. */
export function AccountProblem() {
  const { account: texts } = useWords();
  const account = useAccount();
  const signedIn = useSignedIn(account);
  const state = useConnection();
  if (!account || !signedIn) return null;
  if (signedIn.token === undefined)
    return (
      <div className="message account-problem" data-tone="pending" role="alert" data-account="ended">
        <p>
          <strong>{texts.ended.title}</strong> {texts.ended.nothingLost}
        </p>
        <p className="actions">
          <SignInButton address={account.address} label={texts.signInAgain} />
        </p>
      </div>
    );
  const isRefused = state.state === "waiting" && state.reason === "unauthorized";
  if (!isRefused) return null;
  return (
    <div className="message account-problem" data-tone="lost" role="alert" data-account="refused">
      <p>
        <strong>{texts.refused.title}</strong>{" "}
        <Sentence>{texts.refused.who(said(signedIn.user.name))}</Sentence>
      </p>
    </div>
  );
}
