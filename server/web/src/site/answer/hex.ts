const WIDTH = 16;

/** The bytes of a body, whichever way it came. */
export function bytesOf(body: Uint8Array | string | undefined): Uint8Array {
  return typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
}

/** Writes bytes in lines of sixteen: offset, hexadecimal, and the characters where they are ASCII. */
export function hexDump(bytes: Uint8Array, limit = bytes.length): string {
  const lines: string[] = [];
  for (let offset = 0; offset < Math.min(bytes.length, limit); offset += WIDTH) {
    lines.push(line(offset, bytes.subarray(offset, Math.min(offset + WIDTH, limit))));
  }
  return lines.join('\n');
}

function line(offset: number, bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const characters = [...bytes].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
  return `${offset.toString(16).padStart(6, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${characters}`;
}
