import "../styles/creator.css";
import { mountPage } from "../ui/mount-page.tsx";
import { CreatorPage } from "./creator-page.tsx";

void mountPage("creator", CreatorPage);
