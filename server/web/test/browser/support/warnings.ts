/** Lists of warnings about callers, sites, companies and wallets that do not exist, beside the leaks of the town. */
import { type Kind, loadLateRules } from '../../../src/identifier';
import type { Breach, Localised, WarningList } from '../../../src/protocol';
import type { Known, Setup } from '../../protocol/fake-server';
import { BREACHES, identifier, PEOPLE } from './town';

// Sites and wallets are written in their normal form below.
await loadLateRules();

const PUBLISHER: Localised = { kk: 'Мысалдар орталығы', ru: 'Центр примеров', en: 'Centre of examples' };
const BASIS: Localised = { kk: 'Мысалдар туралы заң, 1-бап', ru: 'Закон о примерах, статья 1', en: 'Act on examples, article 1' };

function list(id: string, classes: string[], identifiers: Record<string, number>, title: Localised): WarningList {
  const known = { date: '2026-10-01', added: '2026-10-02', status: 'confirmed', sensitive: false, records: 10, source: 'https://example.org/lists' } as const;
  const warning = { type: 'warning', publisher: PUBLISHER, legal_basis: BASIS, appeal: 'https://example.org/appeal', valid_for: 180 } as const;
  return { ...warning, id, ...known, title, summary: { kk: 'Мысал тізім.', ru: 'Список для примера.', en: 'A list for example.' }, classes, identifiers };
}

export const CALLS = list('calls-2026', ['fraud-call', 'listed-2026-06', 'spoofed-number'], { phone: 1 }, { kk: 'Алаяқтық қоңыраулар', ru: 'Мошеннические звонки', en: 'Fraudulent calls' });
export const SITES = list('sites-2026', ['listed-2026-09', 'phishing-site'], { site: 1 }, { kk: 'Жалған сайттар', ru: 'Поддельные сайты', en: 'Fake websites' });
export const PYRAMIDS = list('pyramids-2026', ['financial-pyramid', 'fraud-wallet', 'listed-2026-08'], { company: 1, wallet: 1, handle: 1 }, { kk: 'Пирамидалар', ru: 'Пирамиды', en: 'Pyramids' });
/** Of a type that no client knows. */
const { type: _, publisher: _publisher, legal_basis: _basis, appeal: _appeal, valid_for: _days, ...plain } = CALLS;
const NOTICES: Breach = { ...plain, type: 'notice', id: 'notices-2026', title: { kk: 'NOTICE', ru: 'NOTICE', en: 'NOTICE' } };

/** What is on a list, as it is typed; the caller's number has leaked besides. */
export const LISTED = {
  phone: '8 709 111 22 33',
  site: 'https://pay.example.kz/order?id=1',
  company: '000140100019',
  wallet: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  handle: 't.me/example_name',
} satisfies Partial<Record<Kind, string>>;

/** What is on none. */
export const UNLISTED = {
  phone: '8 709 765 43 21',
  site: 'www.example.org',
  lookAlike: 'kaspi.kz.example.com',
  company: '000140800013',
  wallet: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
};

const ALL = [...BREACHES, CALLS, SITES, PYRAMIDS, NOTICES];
const whole = (breach: Breach) => ({ breach: ALL.indexOf(breach), classes: (1n << BigInt(breach.classes.length)) - 1n });
/** The classes of these names. */
const some = (breach: Breach, names: readonly string[]) => ({ breach: ALL.indexOf(breach), classes: names.reduce((bits, name) => bits | (1n << BigInt(breach.classes.indexOf(name))), 0n) });

const residents = BREACHES.find(({ id }) => id === 'residents-2025')!;
const LISTED_KNOWN: Known[] = [
  { identifier: identifier('phone', LISTED.phone), exposures: [whole(residents), whole(CALLS)] },
  { identifier: { kind: 'site', value: 'example.kz' }, exposures: [whole(SITES)] },
  { identifier: identifier('company', LISTED.company), exposures: [some(PYRAMIDS, ['financial-pyramid', 'listed-2026-08'])] },
  { identifier: identifier('wallet', LISTED.wallet), exposures: [some(PYRAMIDS, ['fraud-wallet', 'listed-2026-08'])] },
  { identifier: identifier('handle', LISTED.handle), exposures: [some(PYRAMIDS, ['financial-pyramid', 'listed-2026-08'])] },
  { identifier: identifier('email', 'noticed@example.kz'), exposures: [whole(NOTICES)] },
  { identifier: identifier('iin', PEOPLE.iin), exposures: [whole(residents)] },
];

/** A server that knows the lists. */
export const WITH_LISTS: Partial<Setup> = { breaches: ALL, known: LISTED_KNOWN };
