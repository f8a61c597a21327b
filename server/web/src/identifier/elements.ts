import type { Identifier } from './kind';
import { lateRules } from './late-rules';

/**
 * The identifiers that one look-up of this one asks for: of a site its host and, where that differs, the domain that an owner
 * has registered; of a WhatsApp account also its telephone number.
 */
export function elementsOf({ kind, value }: Identifier): readonly Identifier[] {
  const number = kind === 'handle' ? /^whatsapp\/(.*)$/.exec(value)?.[1] : undefined;
  if (number !== undefined) return [{ kind, value }, { kind: 'phone', value: number }];
  const domain = kind === 'site' ? lateRules().registrable(value) : undefined;
  return domain === undefined || domain === value ? [{ kind, value }] : [{ kind, value }, { kind, value: domain }];
}
