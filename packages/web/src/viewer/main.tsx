import { mountPage } from "../ui/mount-page.tsx";
import { ViewerPage } from "./viewer-page.tsx";

void mountPage("viewer", ViewerPage);
