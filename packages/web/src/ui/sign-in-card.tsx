import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";

interface SignInButtonProps {
  /** Gives the address at which somebody signs in. */
  address: () => Promise<string>;
  /** What stands on it; "Sign in" unless told. */
  label?: string;
}

type Going = "no" | "yes" | "failed";

/** Leads to the issuer; says so when it does not answer. */
export function SignInButton({ address, label }: SignInButtonProps) {
  const { account: texts } = useWords();
  const [going, setGoing] = useState<Going>("no");
  useEffect(() => {
    // Whoever comes back by the browser's button finds the page as it was left.
    const shown = () => setGoing("no");
    window.addEventListener("pageshow", shown);
    return () => window.removeEventListener("pageshow", shown);
  }, []);
  async function go() {
    setGoing("yes");
    try {
      window.location.assign(await address());
    } catch {
      setGoing("failed");
    }
  }
  return (
    <>
      <button type="button" className="button primary" disabled={going === "yes"} onClick={() => void go()}>
        {label ?? texts.signIn}
      </button>
      <span role="status" className="sign-in-state">
        {going === "yes" && texts.going}
        {going === "failed" && texts.silent}
      </span>
    </>
  );
}

interface SignInCardProps extends SignInButtonProps {
  title: string;
  children: ReactNode;
}

/** A whole page for somebody who is not signed in: what is the matter, and one button. */
export function SignInCard({ title, children, ...button }: SignInCardProps) {
  return (
    <Notice title={title} action={<SignInButton {...button} />}>
      {children}
    </Notice>
  );
}
