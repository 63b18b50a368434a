import "../styles/index.css";
import type { ReactNode } from "react";

/** A whole page that says one thing. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="notice">
      <div className="card pinned">
        <h1>{title}</h1>
        <p>{children}</p>
      </div>
    </main>
  );
}
