/** A town of people who do not exist, the leaks they are in, and a server that knows them. */
import { type Identifier, type Kind, type LeakKind, normalise } from '../../../src/identifier';
import type { Breach, Localised, Status } from '../../../src/protocol';
import { FakeServer, type Known, type Setup } from '../../protocol/fake-server';

function breach(id: string, date: string, status: Status, records: number, classes: string[], title: Localised, summary: Localised): Breach {
  const source = `https://example.org/${id}`;
  return { id, date, added: '2025-12-20', status, sensitive: false, records, source, title, summary, classes, identifiers: { iin: 1 } };
}

const MICROLOANS = breach(
  'microloans-2024', '2024-03-05', 'confirmed', 2_000_000,
  ['bank-account-numbers', 'email-addresses', 'employers', 'government-issued-ids', 'names', 'payment-cards', 'phone-numbers', 'physical-addresses'],
  { kk: 'Шағын несие ұйымы', ru: 'Микрофинансовая организация', en: 'Microloan company' },
  { kk: 'Қарыз алуға берілген өтінімдер.', ru: 'Заявки на микрокредиты.', en: 'Applications for loans.' },
);
const RESIDENTS = breach(
  'residents-2025', '2025-06', 'confirmed', 16_300_000,
  ['dates-of-birth', 'government-issued-ids', 'names', 'phone-numbers', 'physical-addresses'],
  { kk: 'Тұрғындар дерекқоры, 2025', ru: 'База жителей, 2025', en: 'Residents database, 2025' },
  { kk: 'Бұрынғы дерекқорлардан құрастырылған файл.', ru: 'Файл, собранный из прежних утечек.', en: 'A file put together from earlier leaks.' },
);
const COMBO = breach(
  'combo-2021', '2021', 'unverified', 118_600, ['email-addresses', 'passwords', 'usernames'],
  { kk: 'Комбо-тізім', ru: 'Комбо-лист', en: 'Combo list' },
  { kk: 'Пошта мен құпиясөздер.', ru: 'Почта и пароли.', en: 'E-mail addresses and passwords.' },
);
const SUBSCRIBERS = breach(
  'subscribers-2022', '2022-02', 'reported', 2_090_000, ['names', 'passport-numbers', 'phone-numbers', 'vehicle-plates'],
  { kk: 'Байланыс абоненттері', ru: 'Абоненты связи', en: 'Telecom subscribers' },
  { kk: 'Ұялы байланыс операторының абоненттері.', ru: 'Абоненты оператора сотовой связи.', en: 'Subscribers of a mobile operator.' },
);
const HOAX = breach(
  'hoax-2023', '2023-11', 'fabricated', 50_000, ['names', 'vehicle-plates'],
  { kk: 'Ойдан шығарылған тізім', ru: 'Выдуманный список', en: 'An invented list' },
  { kk: 'Файлдағы адамдар жоқ.', ru: 'Людей из файла не существует.', en: 'The people in the file do not exist.' },
);
export const BREACHES = [COMBO, HOAX, MICROLOANS, RESIDENTS, SUBSCRIBERS];

/** What people type, and what it is in: per leak the classes by number, all of them here. */
export const PEOPLE: Record<LeakKind, string> = {
  iin: '000101100016',
  phone: '8 709 123 45 67',
  email: 'Someone@example.kz',
  id_card: '012 345 678',
  passport: 'N 12345678',
  iban: 'KZ86 125K ZT50 0410 0100',
  card: '4000 0000 0000 0002',
  plate: '123 авс 02',
  login: 'someone.else',
};
const LEAKS: Record<LeakKind, readonly Breach[]> = {
  iin: [RESIDENTS, MICROLOANS],
  phone: [RESIDENTS, SUBSCRIBERS],
  email: [COMBO],
  id_card: [MICROLOANS],
  passport: [SUBSCRIBERS],
  iban: [MICROLOANS],
  card: [MICROLOANS],
  plate: [HOAX],
  login: [COMBO],
};

/** An IIN and a phone number that are in no leak, and an IIN with a slip in its last digit. */
export const ABSENT_IIN = '001122149313';
export const ABSENT_PHONE = '+7 709 765 43 21';
export const MISTYPED_IIN = '000101100017';

export function identifier(kind: Kind, typed: string): Identifier {
  const normalised = normalise(kind, typed);
  if (!normalised.ok) throw new Error(`a test types what is refused: ${normalised.fault}`);
  return normalised.identifier;
}

export function leaksOf(kind: LeakKind): readonly Breach[] {
  return LEAKS[kind];
}

function known(kind: LeakKind): Known {
  return knownIn(kind, LEAKS[kind]);
}

/** The person's value of a kind, in these leaks. */
export function knownIn(kind: LeakKind, leaks: readonly Breach[]): Known {
  const exposures = leaks.map((leak) => ({ breach: BREACHES.indexOf(leak), classes: (1n << BigInt(leak.classes.length)) - 1n }));
  return { identifier: identifier(kind, PEOPLE[kind]), exposures };
}

const SETUP: Setup = {
  prefixBits: 2,
  bucketBits: 3,
  evaluators: 1,
  isSigned: true,
  breaches: BREACHES,
  known: (Object.keys(PEOPLE) as LeakKind[]).map(known),
};

export function townServer(changes: Partial<Setup> = {}): FakeServer {
  return new FakeServer({ ...SETUP, ...changes });
}
