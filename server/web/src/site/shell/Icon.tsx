import type { VNode } from 'preact';

/** Drawn for this site on a grid of 24, in lines two units wide. */
const DRAWINGS = {
  search: 'M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.5 15.5L21 21',
  warning: 'M12 3.5L2.5 20.5h19zM12 10v5M12 17.6v.4',
  tick: 'M4 12.5l5.5 5.5L20 6.5',
  shield: 'M12 2.5l8 3v6c0 5-3.4 8.4-8 10c-4.6-1.6-8-5-8-10v-6zM8.5 11.8l2.6 2.7l4.6-5.2',
  offline: 'M3 3l18 18M4 11a12 12 0 0 1 4-2.7M12 7a12 12 0 0 1 8 4M7.5 15a7 7 0 0 1 5-2M11.8 19.5h.4',
  iin: 'M2.5 5h19v14h-19zM6 10h2M10 10h2M14 10h4M6 14.5h4M12 14.5h2M16 14.5h2',
  phone: 'M7 2.5h10v19h-10zM10.5 18.3h3',
  email: 'M2.5 5h19v14h-19zM3 6l9 7l9-7',
  id_card: 'M2.5 5h19v14h-19zM6 15.5c0-3.5 5.5-3.5 5.5 0M7 10a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M14.5 10h4M14.5 14h4',
  passport: 'M5 2.5h14v19h-14zM8.5 10a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M8.5 10h7M9 17.5h6',
  iban: 'M3 9.5l9-6l9 6zM5.5 9.5v8M10 9.5v8M14 9.5v8M18.5 9.5v8M3 20.5h18',
  card: 'M2.5 5h19v14h-19zM2.5 9.5h19M6 15h4',
  plate: 'M2 7.5h20v9h-20zM6 7.5v9M9 10.5v3M12 10.5v3M15 10.5v3M18.5 10.5v3',
  login: 'M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.5 20.5c0-8 15-8 15 0',
  site: 'M2.5 12a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0M2.5 12h19M12 2.5c-5.5 5-5.5 14 0 19M12 2.5c5.5 5 5.5 14 0 19',
  company: 'M4 21.5v-19h10v19M14 9h6v12.5M2 21.5h20M7.5 7h3M7.5 11.5h3M7.5 16h3',
  wallet: 'M2.5 6h17v14h-17zM2.5 6l12-3v3M21.5 10.5h-6v5h6z',
  handle: 'M2.5 4h19v13h-10l-5 4.5v-4.5h-4z',
  person: 'M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4.5 20.5c0-8 15-8 15 0',
  stop: 'M5 5h14v14h-14z',
  refused: 'M12 2.5l8 3v6c0 5-3.4 8.4-8 10c-4.6-1.6-8-5-8-10v-6zM9 9l6 6M15 9l-6 6',
  found: 'M6 2.5h9l4 4v15h-13zM15 2.5v4h4M9 11h7M9 14.5h7M9 18h4',
  clear: 'M2.5 12a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0M7.5 12.3l3.2 3.2l6-6.5',
  seal: 'M5 10.5h14v11h-14zM8 10.5v-3.5a4 4 0 0 1 8 0v3.5M12 14.5v3',
  chevron: 'M6 9.5l6 6l6-6',
  confirmed: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M8 12.2l2.8 2.8l5.2-5.7',
  reported: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7.5v5.5M12 16v.4',
  unverified: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M9.3 9.8c0-3.6 5.6-3.4 5.4 0c-.1 1.9-2.7 2-2.7 4M12 16.6v.4',
  fabricated: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M8.5 8.5l7 7M15.5 8.5l-7 7',
  'clear-all': 'M4 6.5h16M9 6.5v-3h6v3M6 6.5l1 15h10l1-15M10 11v6M14 11v6',
  print: 'M7 9v-6h10v6M7 17.5h-4v-8.5h18v8.5h-4M7 14h10v7h-10z',
  eye: 'M2 12c5-8.5 15-8.5 20 0c-5 8.5-15 8.5-20 0M9 12a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  clock: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 6.5v6l3.5 2',
  external: 'M10 4.5h-6v15.5h15.5v-6M13.5 3.5h7v7M20 4l-9 9',
  menu: 'M3.5 6.5h17M3.5 12h17M3.5 17.5h17',
} as const;

export type IconName = keyof typeof DRAWINGS;

/** A drawing next to words that say the same; screen readers skip it. */
export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d={DRAWINGS[name]} fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" />
    </svg>
  );
}
