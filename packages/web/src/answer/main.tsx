import "../styles/answer.css";
import { mountAnswer } from "./mount-answer.tsx";

void mountAnswer();
