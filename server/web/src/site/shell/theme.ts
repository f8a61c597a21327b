/** The choice of colours: kept on the device, applied by `before-paint.js` before the page is painted. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'tekser.theme';

/** Makes the radio buttons at the foot of the page work; they are hidden until then. */
export function startThemeChoice(): void {
  const group = document.querySelector<HTMLElement>('[data-themes]');
  if (!group) return;
  group.hidden = false;
  for (const button of group.querySelectorAll<HTMLInputElement>('input')) {
    button.checked = button.value === chosen();
    button.addEventListener('change', () => choose(button.value));
  }
}

function chosen(): string {
  return document.documentElement.dataset['theme'] ?? 'auto';
}

function choose(theme: string): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  try {
    if (theme === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
}
