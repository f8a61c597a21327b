/** Fills in what a server would (`filled.tsx`), for development and for tests without a server. */
export function fillIn(page: string, values: Readonly<Record<string, string>>, escape = escapeHtml): string {
  const [text] = filled(page.split(/(\{\{[^{}]*\}\})/), 0, values, escape);
  return text;
}

/** The text from a part on until its section ends, and the part after that. */
function filled(parts: readonly string[], from: number, values: Readonly<Record<string, string>>, escape: (text: string) => string): [string, number] {
  let text = '';
  for (let place = from; place < parts.length; place++) {
    const part = parts[place] ?? '';
    const name = /^\{\{([#^]?)(.*)\}\}$/.exec(part);
    if (part === '{{/}}') return [text, place];
    if (!name) text += part;
    else if (name[1] === '') text += escape(values[name[2] ?? ''] ?? '');
    else {
      const [within, end] = filled(parts, place + 1, values, escape);
      const given = (name[2] ?? '').split(' ').some((one) => values[one] !== undefined);
      if (given === (name[1] === '#')) text += within;
      place = end;
    }
  }
  return [text, parts.length];
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
