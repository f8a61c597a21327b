export type Kind = 'iin' | 'phone' | 'email' | 'id_card' | 'passport' | 'iban' | 'card' | 'plate' | 'login';
export const KINDS: readonly Kind[] = ['iin', 'phone', 'email', 'id_card', 'passport', 'iban', 'card', 'plate', 'login'];
export interface Identifier { kind: Kind; value: string }
export type Fault = 'empty' | 'too-long' | 'characters' | 'length' | 'form' | 'check-digit' | 'seventh-digit' | 'not-possible' | 'local-only' | 'digits-lost' | 'local-part' | 'domain' | 'country';
export type Normalised = { ok: true; identifier: Identifier } | { ok: false; fault: Fault };
const FORMS: Record<Kind, RegExp> = {
  iin: /^\d{12}$/, phone: /^(\+7|8|7)\d{10}$/, email: /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/, id_card: /^\d{9}$/, passport: /^[A-Z]\d{7,8}$/,
  iban: /^KZ\d{2}[A-Z0-9]{16}$/, card: /^\d{16}$/, plate: /^\d{3}[A-Z]{2,3}\d{2}$/, login: /^[a-z][a-z0-9_.-]{2,63}$/,
};
export function normalise(kind: Kind, typed: string): Normalised {
  const value = typed.replace(/[\s()-]/g, '');
  if (!value) return { ok: false, fault: 'empty' };
  if (!FORMS[kind].test(kind === 'email' || kind === 'login' ? value.toLowerCase() : value.toUpperCase())) return { ok: false, fault: 'length' };
  if (kind === 'iin' && !checked(value)) return { ok: false, fault: 'check-digit' };
  return { ok: true, identifier: { kind, value } };
}
function checked(v: string): boolean {
  const sum = (w: number[]) => w.reduce((s, x, i) => s + x * Number(v[i]), 0) % 11;
  let c = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  if (c === 10) c = sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]);
  return c === Number(v[11]);
}
export function recognise(typed: string): { candidates: Identifier[]; nearest?: { kind: Kind; fault: Fault } } {
  const candidates: Identifier[] = [];
  for (const kind of KINDS) { const n = normalise(kind, typed); if (n.ok) candidates.push(n.identifier); }
  if (candidates.length) return { candidates };
  const n = normalise('iin', typed);
  return n.ok ? { candidates } : { candidates, nearest: { kind: 'iin', fault: n.fault } };
}
