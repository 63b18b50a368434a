import "../styles/index.css";
import { mountSignIn } from "../ui/mount-sign-in.tsx";

void mountSignIn();
