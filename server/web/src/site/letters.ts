/** What a program adds to the templates: printing one of them, room for what is written, and forgetting it. */
export function startLetters(letters: HTMLElement): void {
  const fields = letters.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
  for (const field of fields) field.addEventListener('input', () => grow(field));
  for (const button of letters.querySelectorAll<HTMLButtonElement>('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => printOnly(button.dataset['print'] ?? ''));
  }
  // A browser that keeps the page for "back" must not keep what is in it.
  addEventListener('pagehide', () => fields.forEach((field) => (field.value = field.defaultValue)));
}

/** Paper does not scroll. */
function grow(field: HTMLElement): void {
  if (field.tagName !== 'TEXTAREA') return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

function printOnly(letter: string): void {
  document.body.dataset['print'] = letter;
  print();
  delete document.body.dataset['print'];
}
