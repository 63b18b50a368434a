import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";
import { SignInCard } from "./sign-in-card.tsx";

/** Returns the address for signing in. */
interface Address {
  address: () => Promise<string>;
}

/** The page's host has no configuration. */
export function ServerSilent() {
  const { server } = useWords().shell;
  return <Notice title={server.silent}>{server.checkIt}</Notice>;
}

/** There is neither a token nor a way to sign in. */
export function LinkNeeded() {
  const { pages } = useWords().account;
  return <Notice title={pages.linkNeeded}>{pages.linkSays}</Notice>;
}

/** Without storage, a sign-in would be forgotten on the way back. */
export function NothingKept() {
  const { pages } = useWords().account;
  return <Notice title={pages.nothingKept}>{pages.storageNeeded}</Notice>;
}

/** The reader's sign-in has ended. */
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

/** The reader is signing out. */
export function Leaving() {
  const { pages } = useWords().account;
  return <Notice title={pages.signingOut}>{pages.moment}</Notice>;
}

/** The reader is signed out here, but the issuer could not be reached. */
export function IssuerUnreachable({ address }: Address) {
  const { pages } = useWords().account;
  return (
    <SignInCard title={pages.signedOutHere} address={address}>
      {pages.untold}
    </SignInCard>
  );
}
