import { useId, useLayoutEffect, useRef, useState, type CSSProperties, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import classes from './ChoiceMenu.module.css';

export interface Choice {
  name: string;
  text: ReactNode;
  lang?: string;
  /** What holds now. */
  current?: boolean;
  /** The menu stays open, so that the choice can say what it did. */
  stays?: boolean;
  /** A line stands before it. */
  apart?: boolean;
  onChoose: () => void;
}

interface Props {
  /** What the button is called where its face does not say it in words. */
  label?: string;
  className?: string;
  face: ReactNode;
  /** A line of text above the choices. */
  above?: ReactNode;
  choices: Choice[];
}

/**
 * A button that opens a short list of things to do, as the menu button of the ARIA authoring practices. It is our own because every page has
 * one in its bar, and that of the components' library brings 30 KB to place it on the screen (ADR 0101).
 */
export function ChoiceMenu({ label, className, face, above, choices }: Props) {
  const [into, setInto] = useState<Element>();
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  // In the landmark of its button: outside of any it would belong nowhere, beside the button a table that scrolls would cut it off.
  const open = () => setInto(button.current?.closest('[role=dialog], header, main') ?? document.body);
  const close = () => setInto(undefined);
  const leave = () => {
    button.current?.focus();
    close();
  };
  return (
    <>
      <button
        ref={button}
        id={`${id}b`}
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={into !== undefined}
        aria-controls={into && id}
        onMouseDown={(event) => into && event.preventDefault()} // or the list would be left, closed, and opened again
        onClick={into ? leave : open}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          open();
        }}
      >
        {face}
      </button>
      {into && createPortal(<Sheet id={id} button={button.current} above={above} choices={choices} close={close} leave={leave} />, into)}
    </>
  );
}

interface SheetProps extends Pick<Props, 'above' | 'choices'> {
  id: string;
  button: HTMLButtonElement | null;
  close: () => void;
  leave: () => void;
}

function Sheet({ id, button, above, choices, close, leave }: SheetProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<CSSProperties>();
  const lines = () => [...(sheet.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useLayoutEffect(() => {
    const around = sheet.current?.offsetParent?.getBoundingClientRect();
    const at = button?.getBoundingClientRect();
    if (!around || !at) return setPlace({});
    const end = getComputedStyle(sheet.current ?? document.body).direction === 'rtl' ? at.left - around.left : around.right - at.right;
    const most = around.width - (sheet.current?.offsetWidth ?? 0) - 4; // on a phone it would stick out on the other side
    setPlace({ insetBlockStart: at.bottom - around.top + 4, insetInlineEnd: Math.max(4, Math.min(end, most)) });
  }, [button]);
  // Once it stands where it belongs: a focus before that would scroll the page.
  const placed = place !== undefined;
  useLayoutEffect(() => {
    if (placed) sheet.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [placed]);

  const onKeyDown = (event: KeyboardEvent) => {
    const all = lines();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[to % all.length]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation(); // a dialog below stays open
      leave();
    } else if (event.key === 'Tab') leave();
  };
  const onBlur = (event: FocusEvent) => {
    if (!sheet.current?.contains(event.relatedTarget)) close();
  };
  return (
    <div ref={sheet} className={classes.sheet} style={place} onMouseDown={(event) => event.preventDefault()} onKeyDown={onKeyDown} onBlur={onBlur}>
      {above && <p className={classes.above}>{above}</p>}
      <div id={id} role="menu" aria-labelledby={`${id}b`}>
        {choices.map(({ name, text, lang, current, stays, apart, onChoose }) => (
          <div key={name} role="none">
            {apart && <div role="separator" className={classes.line} />}
            <button
              role="menuitem"
              tabIndex={-1}
              className={classes.choice}
              lang={lang}
              aria-current={current || undefined}
              onClick={() => {
                if (!stays) leave();
                onChoose();
              }}
            >
              {text}
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
