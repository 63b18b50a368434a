import { type ReactNode, useEffect, useId, useRef, useState } from "react";

/** An entry of a menu. */
export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly act: () => void;
  readonly disabled?: boolean;
}

/**
 * A button that opens further ones; they close after a press, with Escape, and when the focus leaves them.
 */
export function MoreMenu({
  label,
  children,
  items,
  up = false,
}: {
  /** The accessible name of the button. */
  label: string;
  /** The content of the button. */
  children: ReactNode;
  items: readonly MenuItem[];
  /** They open above the button. */
  up?: boolean;
}) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: Event) => {
      if (!(target instanceof Node) || !place.current?.contains(target)) setOpen(false);
    };
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      button.current?.focus();
    };
    const element = place.current;
    document.addEventListener("focusin", closeOutside);
    document.addEventListener("pointerdown", closeOutside);
    element?.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("focusin", closeOutside);
      document.removeEventListener("pointerdown", closeOutside);
      element?.removeEventListener("keydown", press);
    };
  }, [isOpen]);

  return (
    <div className="more-menu" ref={place} data-up={up || undefined}>
      <button
        ref={button}
        type="button"
        className="button more-button"
        aria-expanded={isOpen}
        aria-controls={`${id}-items`}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      <ul id={`${id}-items`} className="more-items" hidden={!isOpen}>
        {items.map(({ key, label: words, act, disabled }) => (
          <li key={key}>
            <button
              type="button"
              className="more-item"
              disabled={disabled}
              onClick={() => {
                setOpen(false);
                button.current?.focus();
                act();
              }}
            >
              {words}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
