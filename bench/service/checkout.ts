import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { Checkout } from "../row.ts";
import { checkoutProblem } from "./service.ts";

/** Reads which commit a folder holds; `problem` says in one line why it cannot be served. */
export function readCheckout(folder: string): Checkout | { readonly problem: string } {
  const root = resolve(folder);
  const problem = checkoutProblem(root);
  return problem === undefined ? { root, label: labelOf(root) } : { problem };
}

/** The commit, since a folder's name means nothing to readers elsewhere. */
function labelOf(root: string): string {
  try {
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" });
    const changed = execFileSync("git", ["status", "--porcelain", "--untracked-files=no"], {
      cwd: root,
      encoding: "utf8",
    });
    return `the commit ${commit.trim()}${changed.trim() === "" ? "" : ", changed"}`;
  } catch {
    return "another checkout";
  }
}
