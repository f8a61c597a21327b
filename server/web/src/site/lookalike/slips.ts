/** Rows of the keyboard that people here type on; a Cyrillic key is where a Latin one is. */
const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Letters that sound alike when an address is passed on by word of mouth. */
const SOUNDS = ['iy', 'ck', 'kq', 'sz', 'cs', 'uo', 'jg', 'hx', 'vw', 'ei'];

/** How many slips part two names: a letter changed, added, left out, or exchanged with its neighbour (optimal string alignment). */
export function distance(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const changed = (last[j - 1] ?? 0) + Number(left[i - 1] !== right[j - 1]);
      const isExchanged = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, isExchanged ? (before[j - 2] ?? 0) + 1 : Infinity));
    }
    [before, last] = [last, row];
  }
  return last[right.length] ?? 0;
}

/** Whether two names are parted by one slip of a finger or an ear: a neighbouring key, a letter that sounds alike, one pressed twice, two exchanged. */
export function isLikelySlip(typed: string, meant: string): boolean {
  if (distance(typed, meant) !== 1) return false;
  if (typed.length > meant.length) return Array.from(meant).some((key, place) => meant.slice(0, place) + key + meant.slice(place) === typed);
  const [place, second] = Array.from(meant).flatMap((key, index) => (typed[index] === key ? [] : [index]));
  if (typed.length < meant.length || place === undefined) return false;
  return second !== undefined || areClose(typed.charAt(place), meant.charAt(place));
}

function areClose(left: string, right: string): boolean {
  return areNeighbours(left, right) || SOUNDS.some((pair) => pair.includes(left) && pair.includes(right));
}

/** Whether two keys are next to each other, in a row or between rows. */
function areNeighbours(left: string, right: string): boolean {
  const [a, b] = [placeOf(left), placeOf(right)];
  return a !== undefined && b !== undefined && Math.abs(a.row - b.row) <= 1 && Math.abs(a.column - b.column) <= 1;
}

function placeOf(key: string): { row: number; column: number } | undefined {
  const row = ROWS.findIndex((keys) => keys.includes(key));
  // Each row begins a little further right.
  return row < 0 ? undefined : { row, column: (ROWS[row] ?? '').indexOf(key) + row / 4 };
}
