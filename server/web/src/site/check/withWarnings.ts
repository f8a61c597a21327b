import { type Reading, WARNING_KINDS } from '../../identifier';
import type { Answer } from '../../protocol';
import { languageOf } from '../languages';
import { loadWarnings } from '../warning/load';
import { offline } from './loadProtocol';
import type { Found } from './visit';

/**
 * The answer, once what shows its warnings has been loaded, with the well-known site that a site imitates. Whether something
 * is loaded follows from the index and from what was typed, never from what was found.
 */
export async function withWarnings({ kind, value }: Reading, answer: Answer): Promise<Found> {
  if (!answer.warns && !WARNING_KINDS.some((known) => known === kind)) return answer;
  const { lookAlike } = await loadWarnings(languageOf(document)).catch(offline);
  return kind === 'site' ? { ...answer, likeness: lookAlike(value) } : answer;
}
