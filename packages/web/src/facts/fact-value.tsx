import { PeopleText } from "../ui/people-text.tsx";
import { facts as en } from "../words/en/facts.ts";
import { facts as ja } from "../words/ja/facts.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The words of a page with those of facts, which are loaded with that code. */
type FactsWords = Words & { readonly facts: typeof en };

/** The words for facts. */
export function useFactsWords(): FactsWords {
  const words = useWords();
  return { ...words, facts: words.lang === "ja" ? ja : en };
}

/** The most parts of a list, a table or an object that are shown. */
const MAX_PARTS = 20;

/** A fact, drawn by the form of its value, since its meaning is unknown. `name` is its label. */
export function FactValue({ name, value }: { name: string; value: unknown }) {
  if (!isObject(value) || isEmpty(value)) return <Plain value={value} />;
  if (isRecord(value)) return <Fields fields={value} />;
  const parts = value as unknown[];
  return parts.every(isRecord) && !parts.every(isEmpty) ? (
    <Table name={name} rows={parts} />
  ) : (
    <Tags values={parts} />
  );
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/** Small numbers keep their digits, and a possible year has no comma. */
const asItIs = { maximumFractionDigits: 20, useGrouping: "min2" } as const;

/** A number without floating-point errors in its last digits. */
const exact = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(12)));

/** A text, a number, yes or no; nested values as JSON; a dash for empty values. */
function plainText(value: unknown, words: FactsWords): string {
  if (typeof value === "number") return new Intl.NumberFormat(words.locale, asItIs).format(exact(value));
  if (typeof value === "boolean") return value ? words.facts.yes : words.facts.no;
  if (isObject(value)) return isEmpty(value) ? "–" : JSON.stringify(value);
  return typeof value === "string" && value.trim() !== "" ? value : "–";
}

function Plain({ value }: { value: unknown }) {
  return <PeopleText className="fact-text">{plainText(value, useFactsWords())}</PeopleText>;
}

function Tags({ values }: { values: readonly unknown[] }) {
  return (
    <>
      <ul className="tags">
        {values.slice(0, MAX_PARTS).map((value, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a list have no other name
          <li key={index}>
            <Plain value={value} />
          </li>
        ))}
      </ul>
      <More count={values.length - MAX_PARTS} />
    </>
  );
}

/** A wide table scrolls sideways in its place, by keyboard too. */
function Table({ name, rows }: { name: string; rows: readonly Readonly<Record<string, unknown>>[] }) {
  const { facts } = useFactsWords();
  const shown = rows.slice(0, MAX_PARTS);
  const all = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const columns = all.slice(0, MAX_PARTS);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className="fact-table" aria-label={name} tabIndex={0}>
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
      </section>
      <More count={rows.length - MAX_PARTS} />
      {all.length > MAX_PARTS && <p className="quiet">{facts.moreColumns(all.length - MAX_PARTS)}</p>}
    </>
  );
}

function Fields({ fields }: { fields: Readonly<Record<string, unknown>> }) {
  const all = Object.entries(fields);
  return (
    <>
      <dl className="fact-fields">
        {all.slice(0, MAX_PARTS).map(([name, value]) => (
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
      <More count={all.length - MAX_PARTS} />
    </>
  );
}

/** The number of entries that are not shown. */
export function More({ count }: { count: number }) {
  const { facts } = useFactsWords();
  return count > 0 ? <p className="quiet">{facts.more(count)}</p> : null;
}
