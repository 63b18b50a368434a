import { PeopleText } from "../ui/people-text.tsx";
import { facts as en } from "../words/en/facts.ts";
import { facts as ja } from "../words/ja/facts.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The words of a page with those of facts, which come with the code that shows them. */
type FactsWords = Words & { readonly facts: typeof en };

/** The words for what producers say of a subject. */
export function useFactsWords(): FactsWords {
  const words = useWords();
  return { ...words, facts: words.lang === "ja" ? ja : en };
}

/** So many parts of a list, a table or an object are shown. */
const mostParts = 20;
const mostColumns = 5;

/** A fact by the form that its value has; nobody has said what it means. */
export function FactValue({ value }: { value: unknown }) {
  if (Array.isArray(value)) return value.every(isRecord) ? <Table rows={value} /> : <Tags values={value} />;
  return isRecord(value) ? <Fields fields={value} /> : <Plain value={value} />;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A text, a number, yes or no; of what is within something else, its JSON. */
function plainText(value: unknown, words: FactsWords): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return new Intl.NumberFormat(words.locale).format(value);
  if (typeof value === "boolean") return value ? words.facts.yes : words.facts.no;
  return value === null || value === undefined ? "–" : JSON.stringify(value);
}

function Plain({ value }: { value: unknown }) {
  return <PeopleText className="fact-text">{plainText(value, useFactsWords())}</PeopleText>;
}

function Tags({ values }: { values: readonly unknown[] }) {
  return (
    <>
      <ul className="tags">
        {values.slice(0, mostParts).map((value, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a list have no other name
          <li key={index}>
            <Plain value={value} />
          </li>
        ))}
      </ul>
      <More count={values.length - mostParts} />
    </>
  );
}

function Table({ rows }: { rows: readonly Readonly<Record<string, unknown>>[] }) {
  const shown = rows.slice(0, mostParts);
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))].slice(0, mostColumns);
  return (
    <>
      <div className="fact-table">
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  <PeopleText>{column}</PeopleText>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a table have no other name
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column} data-number={typeof row[column] === "number" || undefined}>
                    <Plain value={Object.hasOwn(row, column) ? row[column] : undefined} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More count={rows.length - mostParts} />
    </>
  );
}

function Fields({ fields }: { fields: Readonly<Record<string, unknown>> }) {
  const all = Object.entries(fields);
  return (
    <>
      <dl className="fact-fields">
        {all.slice(0, mostParts).map(([name, value]) => (
          <div key={name}>
            <dt>
              <PeopleText>{name}</PeopleText>
            </dt>
            <dd>
              <Plain value={value} />
            </dd>
          </div>
        ))}
      </dl>
      <More count={all.length - mostParts} />
    </>
  );
}

/** What is not shown of many. */
export function More({ count }: { count: number }) {
  const { facts } = useFactsWords();
  return count > 0 ? <p className="quiet">{facts.more(count)}</p> : null;
}
