import type { VNode } from 'preact';

/** A tick that is also the Т of Тексер, standing in a slip of paper. */
export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="0 0 44 44" width="44" height="44" aria-hidden="true" focusable="false">
      <path class="logo-slip" d="M6 4h26l6 6v30H6z" />
      <path class="logo-mark" d="M12 15h20M22 15v9M14 25.5l7 7L33 19.5" />
    </svg>
  );
}
