import "../styles/later.css";
import { type FurtherField, furtherFields } from "@callboard/client/headless";
import { useState } from "react";
import { jsonText, partText } from "../model/further-fields.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** The further fields of a proposal. */
export function FurtherFields({
  more,
  title,
  lang,
}: {
  more: Readonly<Record<string, unknown>> | undefined;
  /** The proposal's title, as alternative text of its pictures. */
  title: string;
  lang: string | undefined;
}) {
  const words = useWords();
  const { fields, left } = furtherFields(more, window.location.origin);
  const shown = fields.filter(({ name }) => name !== "lang" && name !== "source");
  if (shown.length === 0) return null;
  return (
    <>
      <dl className="further">
        {shown.map((field) => (
          <div key={field.name} data-field={field.name}>
            <dt>
              <PeopleText>{field.label}</PeopleText>
            </dt>
            <dd>
              <RowBoundary name={field.name} of={more} as="span">
                <FieldValue field={field} title={title} lang={lang} />
              </RowBoundary>
            </dd>
          </div>
        ))}
      </dl>
      {left > 0 && <p className="quiet hint">{words.question.more(left)}</p>}
    </>
  );
}

function FieldValue({
  field,
  title,
  lang,
}: {
  field: FurtherField;
  title: string;
  lang: string | undefined;
}) {
  const words = useWords();
  switch (field.shows) {
    case "text":
    case "boolean":
    case "number":
      return <PeopleText lang={lang}>{partText(field, words)}</PeopleText>;
    case "link":
      return <OutsideLink url={field.url} host={field.host} />;
    case "picture":
      return <Picture url={field.url} host={field.host} alt={`${field.label}: ${title}`} />;
    case "list":
      return (
        <ul>
          {field.parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: equal parts of a list have no other name
            <li key={index}>
              <PeopleText lang={lang}>{partText(part, words)}</PeopleText>
            </li>
          ))}
        </ul>
      );
    case "json":
      return (
        <details>
          <summary>{words.question.candidates.show}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
          <pre tabIndex={0} dir="auto" lang="">
            {jsonText(field.value, words)}
          </pre>
        </details>
      );
  }
}

const OutsideLink = ({ url, host }: { url: string; host: string }) => (
  <a href={url} target="_blank" rel="noreferrer" dir="ltr">
    {host}
  </a>
);

/** A picture of bounded size; one that does not load becomes a link. */
function Picture({ url, host, alt }: { url: string; host: string; alt: string }) {
  const [failed, setFailed] = useState(false);
  if (failed && host !== "") return <OutsideLink url={url} host={host} />;
  return (
    <img
      className="further-picture"
      src={url}
      alt={alt}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      onError={() => setFailed(true)}
    />
  );
}
