import { Component, type ReactNode } from "react";
import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";

/** Shows a reload button when a part of the page cannot be drawn. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <BrokenPage />;
  }
}

function BrokenPage() {
  const { broken } = useWords().shell;
  return (
    <Notice title={broken.page}>
      {broken.nothingLost}{" "}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {broken.reload}
      </button>
    </Notice>
  );
}

interface RowProps {
  /** The key of the drawn item, for developers. */
  name: string;
  /** The drawn item: a new value is tried again. */
  of: unknown;
  as?: "li" | "p" | "span";
  /** What to show instead of a broken row. Default: a plain line. */
  instead?: ReactNode;
  children: ReactNode;
}

/** Keeps an error in one row from breaking the rest. */
export class RowBoundary extends Component<RowProps, { failed: boolean; of: unknown }> {
  override state = { failed: false, of: this.props.of };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ of }: RowProps, state: { of: unknown }) {
    return of === state.of ? null : { failed: false, of };
  }

  override render() {
    const { name, as, instead, children } = this.props;
    if (!this.state.failed) return children;
    return instead ?? <BrokenRow name={name} as={as} />;
  }
}

/** The line in place of a row that could not be drawn. */
export function BrokenRow({ name, as: Tag = "li" }: { name: string; as?: "li" | "p" | "span" | undefined }) {
  const { broken } = useWords().shell;
  return (
    <Tag className="broken" data-broken={name}>
      {broken.part} <code dir="auto">{name}</code>
    </Tag>
  );
}
