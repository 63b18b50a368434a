/** A policy statement; the simulation knows these parts of it. */
interface Written {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A role's statements with some permissions removed. */
export interface Removal {
  readonly what: string;
  readonly left: readonly object[];
  /** The actions that it concerns. */
  readonly actions: readonly string[];
}

const list = (value: string | readonly string[]): readonly string[] => [value].flat();

/** Each statement removed, and of those with several actions, resources or kinds of rows each of these. */
export function removalsOf(statements: readonly object[]): Removal[] {
  return (statements as readonly Written[]).flatMap((statement, at) => {
    const [actions, resources] = [list(statement.Action), list(statement.Resource)];
    const name = `${actions.join(", ")} on ${resources.join(", ")}${keysOf(statement)}`;
    const without = (part: Partial<Written> | undefined): readonly object[] =>
      statements.flatMap((one, i) => (i !== at ? [one] : part ? [{ ...one, ...part }] : []));
    const rest = (all: readonly string[], one: string) => all.filter((other) => other !== one);
    return [
      { what: name, left: without(undefined), actions },
      ...(actions.length > 1
        ? actions.map((one) => ({
            what: `${one} of ${name}`,
            left: without({ Action: rest(actions, one) }),
            actions: [one],
          }))
        : []),
      ...keyRemovals(statement).map(({ what, Condition }) => ({
        what: `${what} of ${name}`,
        left: without({ Condition }),
        actions,
      })),
      ...(resources.length > 1
        ? resources.map((one) => ({
            what: `${one} of ${name}`,
            left: without({ Resource: rest(resources, one) }),
            actions,
          }))
        : []),
    ];
  });
}

const leadingKeys = "dynamodb:LeadingKeys";

/** Each prefix of leading keys removed. */
const keyRemovals = ({ Condition = {} }: Written) =>
  Object.entries(Condition).flatMap(([test, { [leadingKeys]: keys, ...others }]) =>
    list(keys ?? []).map((key) => ({
      what: key,
      Condition: {
        ...Condition,
        [test]: { ...others, [leadingKeys]: list(keys!).filter((one) => one !== key) },
      },
    })),
  );

const keysOf = ({ Condition = {} }: Written): string =>
  Object.entries(Condition).length > 0 ? ` where ${JSON.stringify(Condition)}` : "";
