import { said } from "../model/words.ts";
import type { Arrival } from "../session/issuer.ts";
import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";
import { Sentence } from "./people-text.tsx";
import { SignInCard } from "./sign-in-card.tsx";

/** This Callboard has no sign-in. */
export function NothingToSignIn() {
  const { pages } = useWords().account;
  return (
    <Notice title={pages.nowhere}>
      <a href="./index.html">{pages.openStart}</a> {pages.orLink}
    </Notice>
  );
}

/**
 * The result of the way back from the issuer, for a reader who is not signed in; undefined after a sign-out.
 */
export function Arrived({
  arrival,
  address,
}: {
  arrival: Arrival | undefined;
  address: () => Promise<string>;
}) {
  const { account } = useWords();
  const { pages } = account;
  switch (arrival?.outcome) {
    case "refused":
      return (
        <SignInCard title={pages.notSignedIn} address={address} label={account.tryAgain}>
          {pages.serviceSays}{" "}
          <Sentence>{arrival.reason === "" ? pages.noReason : said(arrival.reason)}</Sentence>
        </SignInCard>
      );
    case "failed":
      return (
        <SignInCard title={pages.notSignedIn} address={address} label={account.tryAgain}>
          {pages.badAnswer}
        </SignInCard>
      );
    case "stale":
      return (
        <SignInCard title={pages.stale} address={address}>
          {pages.whyStale}
        </SignInCard>
      );
    default:
      return (
        <SignInCard title={pages.signedOut} address={address} label={account.signInAgain}>
          {pages.close} <a href="./index.html">{pages.toStart}</a>
        </SignInCard>
      );
  }
}
