import type { Answer } from '../../protocol';

/** Whether the range server learnt which of them the answer is from. */
export function isPlain({ institutions }: Answer): boolean {
  return institutions.length === 0;
}
