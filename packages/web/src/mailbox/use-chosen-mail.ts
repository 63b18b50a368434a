import { useEffect, useState } from "react";

/** The mail in the address, and a function that opens another one; the browser's back button works. */
export function useChosenMail(): [id: string | undefined, choose: (id: string | undefined) => void] {
  const [chosen, setChosen] = useState(chosenIn);
  useEffect(() => {
    const read = () => setChosen(chosenIn());
    window.addEventListener("popstate", read);
    return () => window.removeEventListener("popstate", read);
  }, []);
  const choose = (id: string | undefined) => {
    if (id === chosenIn()) return;
    window.history.pushState(null, "", `#/${id ?? ""}`);
    setChosen(id);
  };
  return [chosen, choose];
}

const chosenIn = (): string | undefined => /^#\/(.+)/.exec(window.location.hash)?.[1];
