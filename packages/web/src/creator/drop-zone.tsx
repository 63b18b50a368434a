import { useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes files that are dropped anywhere on the page, and says so while they hang over it. */
export function DropZone({ take }: { take: (files: readonly File[]) => void }) {
  const words = useWords().frame.start;
  const [isOver, setIsOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Else the browser would leave the page for the file.
      event.preventDefault();
      setIsOver(true);
    };
    const left = (event: DragEvent) => {
      // Within the page it goes from element to element.
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
