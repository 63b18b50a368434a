import { Component, type ReactNode } from "react";
import { Notice } from "./notice.tsx";

/** Shows a way out when a part of the page cannot be drawn. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice title="This page could not be drawn">
        Nothing is lost: everything stands on the server.{" "}
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load it again
        </button>
      </Notice>
    );
  }
}
