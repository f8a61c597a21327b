import type { VNode } from 'preact';

/** One fine line of the mesh: half waves of width 20, `rise` units high. */
function wave(x: number, y: number, rise: number, halves: number): string {
  return `M${x} ${y}q10 ${-rise} 20 0${'t20 0'.repeat(halves - 1)}`;
}

/** The mesh of fine lines that hides a number, as on banknotes and passports. */
function mesh(x: number, y: number, halves: number, height: number): string {
  const lines: string[] = [];
  for (let step = 0; step <= height; step += 6) {
    lines.push(wave(x, y + step, 14, halves), wave(x, y + step, -14, halves));
  }
  return lines.join('');
}

/** A row of blocks that stand for the digits of a number. */
function digits(x: number, y: number, count: number): string {
  return Array.from({ length: count }, (_, place) => `M${x + place * 11} ${y}h6v12h-6z`).join('');
}

/** The number on its slip; the mesh begins to cover it. */
function Hidden(): VNode {
  return (
    <svg class="scene" viewBox="0 0 240 132" aria-hidden="true" focusable="false">
      <path class="scene-paper" d="M20 26h150l18 18v68h-168z" />
      <path class="scene-line" d="M34 46h54M34 96h90" />
      <path class="scene-ink" d={digits(36, 64, 12)} />
      <path class="scene-veil" d="M106 16h124v104h-124z" />
      <path class="scene-mesh" d={mesh(108, 26, 6, 84)} />
    </svg>
  );
}

/** The server's stamp comes down on the mesh; it sees no number. */
function Blind(): VNode {
  return (
    <svg class="scene" viewBox="0 0 240 132" aria-hidden="true" focusable="false">
      <path class="scene-paper" d="M20 60h200v56h-200z" />
      <path class="scene-mesh" d={mesh(20, 70, 10, 36)} />
      <path class="scene-solid" d="M102 14h36v24l10 16h-56l10-16z" />
      <path class="scene-solid" d="M84 58h72v14h-72z" />
      <path class="scene-mark" d="M96 92l14 13l34-34" />
    </svg>
  );
}

/** A list of look-alikes on the person's own device, and the one row that fits. */
function Sought(): VNode {
  const rows = [18, 38, 58, 78, 98];
  return (
    <svg class="scene" viewBox="0 0 240 132" aria-hidden="true" focusable="false">
      <path class="scene-paper" d="M62 6h116v120h-116z" />
      {rows.map((y) => (
        <path key={y} class={y === 58 ? 'scene-found' : 'scene-row'} d={`M74 ${y}h92v12h-92z`} />
      ))}
      <path class="scene-mark" d="M146 63l7 7l16-17" />
    </svg>
  );
}

/** The pictures of the three steps by which a number is checked without being seen. */
export const SCENES = [Hidden, Blind, Sought] as const;
