import type { LookAlike } from './type';
export function lookAlike(_host: string): LookAlike | undefined {
  return undefined;
}
