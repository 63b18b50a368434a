import { useSyncExternalStore } from "react";

/** Whether the browser has a network at all. */
export const useOnline = (): boolean => useSyncExternalStore(followNetwork, () => navigator.onLine);

function followNetwork(changed: () => void) {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}
