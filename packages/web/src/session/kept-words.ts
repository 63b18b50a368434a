/** The IndexedDB database in which the pages keep what people wrote, all tabs together. */
export const DATABASE = "callboard";

/** Removes everything that somebody wrote from this tab, and from what all tabs share, whichever page has kept it. */
export function forgetWords(): void {
  try {
    sessionStorage.clear();
    // Pages that have it open let go of it.
    indexedDB.deleteDatabase(DATABASE);
  } catch {
    // Where pages may keep nothing, nothing was kept.
  }
}
