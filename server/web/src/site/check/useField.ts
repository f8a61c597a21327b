import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Kind, loadLateRules } from '../../identifier';
import { type Content, read } from './reading';

/** How long a person must pause before the page asks back, in milliseconds; short of the browser's measure of an unexpected shift. */
const PAUSE = 300;

/** The one field, and how what is in it is read. */
export interface Field {
  readonly element: RefObject<HTMLInputElement | null>;
  readonly content: Content;
  /** The kind that the person has named by hand. */
  readonly named: Kind | undefined;
  /** Whether the person has paused, so that questions do not come and go while they type. */
  readonly paused: boolean;
  /** Reads the field again. */
  look(kind?: Kind): Content;
  /** Reads it as this kind from now on, or as whatever it may be. */
  name(kind: Kind | undefined): void;
  put(text: string): void;
  focus(): void;
  /** Whether the page itself is moving the focus to the field. */
  isLeading(): boolean;
}

/** `typed` outlives the form, so that the text can be corrected after a failure; not the page, which a browser may keep whole. */
export function useField(typed: { current: string }): Field {
  const element = useRef<HTMLInputElement>(null);
  const [content, setContent] = useState<Content>({ state: 'empty' });
  const [named, setNamed] = useState<Kind | undefined>();
  const [paused, setPaused] = useState(false);
  const leading = useRef(false);

  const look = (kind: Kind | undefined = named): Content => {
    typed.current = element.current?.value ?? '';
    const now = read(typed.current, kind);
    setContent(now);
    return now;
  };

  const put = (text: string): void => {
    if (element.current) element.current.value = text;
    look();
  };

  const focus = (): void => {
    leading.current = true;
    element.current?.focus();
    leading.current = false;
  };

  const name = (kind: Kind | undefined): void => {
    setNamed(kind);
    setContent(read(typed.current, kind));
  };

  useEffect(() => {
    if (content.state !== 'late') return;
    // Without a connection the button says so.
    loadLateRules().then(() => look(), () => undefined);
  }, [content.state]);

  useEffect(() => {
    setPaused(false);
    const pause = setTimeout(() => setPaused(true), PAUSE);
    return () => clearTimeout(pause);
  }, [content]);

  useEffect(() => {
    const empty = (): void => {
      typed.current = '';
      if (element.current) element.current.value = '';
      setContent({ state: 'empty' });
    };
    addEventListener('pagehide', empty);
    return () => removeEventListener('pagehide', empty);
  }, []);

  return { element, content, named, paused, look, name, put, focus, isLeading: () => leading.current };
}
