import type { ReactNode } from "react";

interface NoticeProps {
  title: string;
  children: ReactNode;
  /** An action for the problem. */
  action?: ReactNode;
}

/** A whole page with one message. */
export function Notice({ title, children, action }: NoticeProps) {
  return (
    <>
      <header className="bar">
        <p className="brand">Callboard</p>
      </header>
      <main className="notice">
        <div className="card pinned">
          <h1>{title}</h1>
          <p>{children}</p>
          {action && <p className="actions">{action}</p>}
        </div>
      </main>
    </>
  );
}
