import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";
import { SignInCard } from "./sign-in-card.tsx";

/** Gives the address at which somebody signs in. */
interface Address {
  address: () => Promise<string>;
}

/** The host of the page gives no configuration. */
export function ServerSilent() {
  const { server } = useWords().shell;
  return <Notice title={server.silent}>{server.checkIt}</Notice>;
}

/** There is neither a token nor a way to sign in. */
export function LinkNeeded() {
  const { pages } = useWords().account;
  return <Notice title={pages.linkNeeded}>{pages.linkSays}</Notice>;
}

/** Where there is no storage, a sign-in would be forgotten on the way back. */
export function NothingKept() {
  const { pages } = useWords().account;
  return <Notice title={pages.nothingKept}>{pages.storageNeeded}</Notice>;
}

/** Somebody was signed in and is no more. */
export function SignInEnded({ address }: Address) {
  const { pages } = useWords().account;
  return (
    <SignInCard title={pages.ended} address={address}>
      {pages.goOn}
    </SignInCard>
  );
}

/** Nobody is signed in. */
export function NobodySignedIn({ address }: Address) {
  const { pages } = useWords().account;
  return (
    <SignInCard title={pages.signedOut} address={address}>
      {pages.comeBack}
    </SignInCard>
  );
}

/** Somebody is on the way out. */
export function Leaving() {
  const { pages } = useWords().account;
  return <Notice title={pages.signingOut}>{pages.moment}</Notice>;
}

/** Somebody is signed out here, and the issuer could not be told. */
export function LeftUntold({ address }: Address) {
  const { pages } = useWords().account;
  return (
    <SignInCard title={pages.signedOutHere} address={address}>
      {pages.untold}
    </SignInCard>
  );
}
