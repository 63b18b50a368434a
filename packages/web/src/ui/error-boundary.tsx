import { Component, type ReactNode } from "react";
import { useWords } from "../words/use-words.ts";
import { Notice } from "./notice.tsx";

/** Shows a way out when a part of the page cannot be drawn. */
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
  /** The key of what is drawn, for whoever looks for it. */
  name: string;
  /** What is drawn: another value is tried anew. */
  of: unknown;
  as?: "li" | "p" | "span";
  /** What stands in its place when it cannot be drawn; a plain line unless told. */
  instead?: ReactNode;
  children: ReactNode;
}

/** Keeps what cannot be drawn from taking its surroundings with it. */
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

/** The line in place of what could not be shown. */
export function BrokenRow({ name, as: Tag = "li" }: { name: string; as?: "li" | "p" | "span" | undefined }) {
  const { broken } = useWords().shell;
  return (
    <Tag className="broken" data-broken={name}>
      {broken.part} <code dir="auto">{name}</code>
    </Tag>
  );
}
