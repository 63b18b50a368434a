import { ownLabel, type QuestionVerb } from "@callboard/client/headless";
import type { RequestValue, Verb } from "@callboard/protocol";
import type { Ref } from "react";
import { labelOf } from "../model/words.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { MoreMenu } from "./more-menu.tsx";

/** A way to answer as a button. */
export interface Way {
  readonly verb: Verb;
  /** It can be pressed. */
  readonly ready: boolean;
  /** It can be pressed to show what is missing. */
  readonly explains: boolean;
  /** It opens a form of its own. */
  readonly opens: boolean;
  /** The form that it sends. */
  readonly form: string | undefined;
}

const primaryVerbs: readonly Verb[] = ["pick", "answer", "approve", "edit"];

/** The ways to answer a question, the most usual first. */
export function waysOf(verbs: readonly QuestionVerb[], canSend: boolean, formId: string | undefined): Way[] {
  const ways = verbs.map(
    ({ verb, missing, ready }): Way => ({
      verb,
      opens: verb === "edit",
      form: verb === "answer" ? formId : undefined,
      // The form shows itself what is missing.
      ready: ready || (canSend && (verb === "edit" || (verb === "answer" && formId !== undefined))),
      explains: canSend && missing.includes("candidate"),
    }),
  );
  const first = primaryVerbs.find((verb) => ways.some((way) => way.verb === verb));
  const primary = ways.find(({ verb }) => verb === first) ?? ways[0];
  return primary === undefined ? [] : [primary, ...ways.filter((way) => way !== primary)];
}

/** The answer buttons; those that do not fit are in a menu. */
export function AnswerWays({
  request,
  ways,
  most,
  primary,
  press,
}: {
  request: RequestValue;
  ways: readonly Way[];
  /** How many buttons fit. */
  most: number;
  primary: Ref<HTMLButtonElement>;
  press: (way: Way) => void;
}) {
  const words = useWords();
  const { answer: texts } = words.question;
  const textOf = (way: Way): string =>
    way.opens && ownLabel(request, way.verb) === undefined ? texts.own : labelOf(request, way.verb, words);
  const shown = ways.slice(0, most);
  const rest = ways.slice(most);
  return (
    <div className="answer-ways">
      {shown.map((way, index) => {
        const label = textOf(way);
        return (
          <button
            key={way.verb}
            ref={index === 0 ? primary : undefined}
            type={way.form === undefined ? "button" : "submit"}
            form={way.form}
            className={index === 0 ? "button primary" : way.verb === "reject" ? "button danger" : "button"}
            title={label}
            data-verb={way.verb}
            disabled={!way.ready && !way.explains}
            aria-disabled={!way.ready && way.explains}
            onClick={way.form === undefined ? () => press(way) : undefined}
          >
            <WayLabel request={request} verb={way.verb} text={label} />
          </button>
        );
      })}
      {rest.length > 0 && (
        <MoreMenu
          label={texts.more}
          up
          items={rest.map((way) => ({
            key: way.verb,
            label: <WayLabel request={request} verb={way.verb} text={textOf(way)} />,
            disabled: !way.ready && !way.explains,
            act: () => press(way),
          }))}
        >
          <span aria-hidden="true">⋯</span>
        </MoreMenu>
      )}
    </div>
  );
}

/** The label of a verb's button, in the question's own words or the page's. */
export const WayLabel = ({
  request,
  verb,
  text,
}: {
  request: Pick<RequestValue, "labels" | "lang">;
  verb: Verb;
  text: string;
}) =>
  ownLabel(request, verb) === undefined ? (
    <span>{text}</span>
  ) : (
    <PeopleText lang={request.lang}>{text}</PeopleText>
  );
