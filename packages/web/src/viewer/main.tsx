import "../styles/viewer.css";
import { mountPage } from "../ui/mount-page.tsx";
import { EmbeddedPage } from "./embedded-page.tsx";
import { isEmbedded, tellHeight } from "./embedding.ts";
import { ViewerPage } from "./viewer-page.tsx";

if (isEmbedded(window)) {
  document.documentElement.dataset.embed = "";
  // The outer page may be anybody's, and gets only the height.
  tellHeight(document.body, (message) => window.parent.postMessage(message, "*"));
  void mountPage("viewer", EmbeddedPage, { isEmbedded: true });
} else void mountPage("viewer", ViewerPage);
