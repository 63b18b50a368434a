import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";

interface SignInButtonProps {
  /** Returns the address for signing in. */
  address: () => Promise<string>;
  /** The label; "Sign in" by default. */
  label?: string;
}

type Going = "no" | "yes" | "failed";

/** Leads to the issuer; shows when it does not answer. */
export function SignInButton({ address, label }: SignInButtonProps) {
  const { account: texts } = useWords();
  const [going, setGoing] = useState<Going>("no");
  useEffect(() => {
    // After the browser's back button the page is as it was left.
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

/** A whole page for a reader who is not signed in: the reason, and one button. */
export function SignInCard({ title, children, ...button }: SignInCardProps) {
  return (
    <Notice title={title} action={<SignInButton {...button} />}>
      {children}
    </Notice>
  );
}
