import { useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes files dropped anywhere on the page, and shows a hint while they are dragged over it. */
export function DropZone({ take }: { take: (files: readonly File[]) => void }) {
  const words = useWords().frame.start;
  const [isOver, setIsOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Otherwise the browser would open the file instead of the page.
      event.preventDefault();
      setIsOver(true);
    };
    const left = (event: DragEvent) => {
      // Inside the page the drag moves from element to element.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      latest.current([...event.dataTransfer!.files]);
    };
    const events = { dragenter: over, dragover: over, dragleave: left, drop } as const;
    for (const [name, heard] of Object.entries(events))
      window.addEventListener(name, heard as (event: Event) => void);
    return () => {
      for (const [name, heard] of Object.entries(events))
        window.removeEventListener(name, heard as (event: Event) => void);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className="drop-zone" aria-hidden="true">
      <p>{words.drop}</p>
    </div>
  );
}
