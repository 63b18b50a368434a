import type { ReactNode } from "react";

interface NoticeProps {
  title: string;
  children: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
}

/** A whole page that says one thing. */
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
