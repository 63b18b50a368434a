import { createRoot } from "react-dom/client";
import { addressOf, keepTabFor, openBrowserSession } from "../session/browser-session.ts";
import { loadConfig } from "../session/config.ts";
import type { Arrival } from "../session/issuer.ts";
import { openBrowserWords } from "../words/browser-words.ts";
import { NothingKept, ServerSilent } from "./entry-notices.tsx";
import { Arrived, NothingToSignIn } from "./sign-in-notices.tsx";
import { speakingRoot } from "./speaking-root.tsx";

const LAST_PLACE = "callboard.sign-in.place";

/**
 * Starts the page to which issuers send people back: after a sign-in it leads to where they were, after a
 * sign-out it says so. The issuer's parameters are removed from the address.
 */
export async function mountSignIn(): Promise<void> {
  const drawn = createRoot(document.getElementById("root")!);
  const arrived = window.location.href;
  const base = new URL(window.location.pathname, window.location.origin);
  window.history.replaceState(null, "", base.pathname);

  const [root, config] = await Promise.all([
    speakingRoot(drawn, (words) => words.shell.pages.signIn, openBrowserWords()),
    loadConfig(base, window.fetch.bind(window)),
  ]);
  if (!config) {
    root.render(<ServerSilent />);
    return;
  }
  if (!config.signIn) {
    root.render(<NothingToSignIn />);
    return;
  }
  const session = await openBrowserSession(config.signIn, base).catch(() => undefined);
  if (!session) {
    root.render(<NothingKept />);
    return;
  }

  const { searchParams } = new URL(arrived);
  const comesBack = searchParams.has("code") || searchParams.has("error");
  const arrival: Arrival | undefined = comesBack ? await session.arrive(arrived) : undefined;
  const place = arrival && arrival.outcome !== "stale" ? arrival.place : lastPlace();
  const address = () => session.addressFor(place);
  if (arrival?.outcome === "granted") {
    keepTabFor(sessionStorage, arrival.grant.user.id);
    sessionStorage.setItem(LAST_PLACE, place);
  }
  if (
    session.current?.token !== undefined &&
    (!arrival || arrival.outcome === "granted" || arrival.outcome === "stale")
  ) {
    window.location.replace(addressOf(place, base));
    return;
  }
  root.render(<Arrived arrival={arrival} address={address} />);
}

/** The place after this tab's last sign-in; the start page without one. */
const lastPlace = (): string => sessionStorage.getItem(LAST_PLACE) ?? "";
