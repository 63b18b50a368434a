import { useState } from "react";
import type { PageWords } from "../words/page-words.ts";
import { usePageWords, useWords } from "../words/use-words.ts";
import { type Language, languages } from "../words/words.ts";

/** The languages of the pages by their own names, so that readers find theirs. */
export function LanguageSwitch() {
  const { shell, lang: current } = useWords();
  const pageWords = usePageWords();
  const [failed, setFailed] = useState<Language>();
  if (pageWords === undefined) return null;

  async function choose(lang: Language, words: PageWords) {
    try {
      await words.choose(lang);
      setFailed(undefined);
    } catch {
      // A browser may remember a failed script until the page is reloaded.
      if (failed !== lang || !navigator.onLine) return setFailed(lang);
      words.remember(lang);
      window.location.reload();
    }
  }

  return (
    <div className="language">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is drawn otherwise, and there is no form here */}
      <div role="group" aria-label={shell.language.label} className="language-choices">
        {(Object.keys(languages) as Language[]).map((lang) => (
          <button
            key={lang}
            type="button"
            lang={lang}
            aria-pressed={lang === current}
            className="language-choice"
            onClick={() => void choose(lang, pageWords)}
          >
            {languages[lang]}
          </button>
        ))}
      </div>
      <span role="status" className="language-failed">
        {failed !== undefined && shell.language.failed(languages[failed])}
      </span>
    </div>
  );
}
