import { type ReactNode, useEffect, useState } from "react";
import { Notice } from "./notice.tsx";

interface SignInButtonProps {
  /** Gives the address at which somebody signs in. */
  address: () => Promise<string>;
  label?: string;
}

type Going = "no" | "yes" | "failed";

/** Leads to the issuer; says so when it does not answer. */
export function SignInButton({ address, label = "Sign in" }: SignInButtonProps) {
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
        {label}
      </button>
      <span role="status" className="sign-in-state">
        {going === "yes" && "Going to the sign-in…"}
        {going === "failed" &&
          "The sign-in service does not answer. Check your connection, then try once more."}
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
