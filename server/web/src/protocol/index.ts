import type { Identifier } from '../identifier/index';
export type Status = 'confirmed' | 'reported' | 'unverified' | 'fabricated';
export interface Localised { kk: string; ru: string; en: string }
export interface Breach { id: string; date: string; added: string; status: Status; sensitive: boolean; records: number; source: string; title: Localised; summary: Localised; classes: string[]; identifiers: Record<string, number> }
export interface Exposure { breach: Breach; classes: string[] }
export interface Catalogue { generation: string; identifiers: Record<string, number>; breaches: Breach[] }
export type Stage = { stage: 'index' } | { stage: 'work'; done: number } | { stage: 'evaluate' } | { stage: 'waiting'; seconds: number; why: 'rate' | 'unavailable' } | { stage: 'range' } | { stage: 'verify' } | { stage: 'restart' };
export interface Exchange { method: string; url: string; requestHeaders: Record<string, string>; requestBody?: Uint8Array | string; status: number; responseHeaders: Record<string, string>; responseBody: Uint8Array; note: 'index' | 'challenge' | 'evaluate' | 'range' | 'breaches' }
export interface Answer { found: boolean; exposures: Exposure[]; sealed: boolean; generation: string; builtAt: string; rows: number; exchanges: Exchange[] }
export type ProtocolErrorCode = 'offline' | 'timeout' | 'proof' | 'path' | 'range' | 'key' | 'version' | 'server' | 'malformed' | 'rate' | 'unavailable' | 'work' | 'retired';
export class ProtocolError extends Error { constructor(readonly code: ProtocolErrorCode) { super(code); } }
const word = (t: string): Localised => ({ kk: t, ru: t, en: t });
const breach = (id: string, date: string, status: Status, classes: string[]): Breach => ({ id, date, added: '2025-01-01', status, sensitive: false, records: 4840, source: 'https://example.org/' + id, title: word(id), summary: word('…'), classes, identifiers: { iin: 4638, phone: 7528 } });
const BREACHES = [breach('residents-2025', '2025-06', 'confirmed', ['names', 'government-issued-ids', 'phone-numbers', 'physical-addresses']), breach('combo-2021', '2021', 'unverified', ['email-addresses', 'passwords'])];
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
export async function lookUp(identifier: Identifier, options: { signal?: AbortSignal; onStage?: (s: Stage) => void } = {}): Promise<Answer> {
  for (const stage of ['index', 'evaluate', 'range', 'verify'] as const) { options.onStage?.({ stage }); await wait(200); }
  const found = !identifier.value.endsWith('0');
  return { found, exposures: found ? BREACHES.map((b) => ({ breach: b, classes: b.classes })) : [], sealed: true, generation: 'g', builtAt: '2026-11-22T20:15:30Z', rows: 23000, exchanges: [{ method: 'GET', url: '/v1/index', requestHeaders: {}, status: 200, responseHeaders: {}, responseBody: new TextEncoder().encode('{"generation":"…"}'), note: 'index' }] };
}
export async function catalogue(): Promise<Catalogue> { await wait(100); return { generation: 'g', identifiers: { iin: 5771, phone: 8569 }, breaches: BREACHES }; }
