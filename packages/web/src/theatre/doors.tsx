import { LanguageSwitch } from "../ui/language-switch.tsx";
import { useFirstWords } from "../words/use-words.ts";

/** The first page of a deployment: links to the two other pages. */
export function Doors() {
  const { doors } = useFirstWords().theatre;
  return (
    <>
      <header className="bar">
        <p className="brand">Callboard</p>
        <LanguageSwitch />
      </header>
      <main className="doors">
        <h1>{doors.title}</h1>
        <p className="lead">{doors.lead}</p>
        <ul className="door-list">
          {(["creator", "viewer"] as const).map((name) => (
            <li key={name}>
              <a className="card door" href={`./${name}.html`}>
                <strong>{doors[name].title}</strong>
                <span>{doors[name].lead}</span>
              </a>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
