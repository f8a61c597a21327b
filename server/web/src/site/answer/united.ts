import type { Checked, Result } from '../check/visit';
import type { Exposure } from '../../protocol';

/** A leak that holds one or more of the values that were checked together. */
export interface UnitedExposure extends Exposure {
  /** The values that it holds. */
  readonly of: readonly Checked[];
}

/** The leaks of all values, each once, with all classes that leaked with any of them. */
export function united(result: Result): UnitedExposure[] {
  const byId = new Map<string, UnitedExposure>();
  for (const checked of result) {
    for (const { breach, classes } of checked.answer.exposures) {
      const known = byId.get(breach.id);
      const all = [...new Set([...(known?.classes ?? []), ...classes])].sort();
      byId.set(breach.id, { breach, classes: all, of: [...(known?.of ?? []), checked] });
    }
  }
  return [...byId.values()];
}
