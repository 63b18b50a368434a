import type { ReactNode } from "react";
import { Callboard } from "./callboard";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>
        <Callboard>{children}</Callboard>
      </body>
    </html>
  );
}
