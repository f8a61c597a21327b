import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Moves the focus to a heading when its view appears, so that the keyboard and screen readers continue from there. */
export function useFocus<Element extends HTMLElement>(): RefObject<Element | null> {
  const heading = useRef<Element | null>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}
