import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Moves the focus to a heading when its view appears, so that the keyboard and screen readers go on from there. */
export function useFocus<Element extends HTMLElement>(): RefObject<Element | null> {
  const heading = useRef<Element | null>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}
