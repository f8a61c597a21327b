/** What makes the first look-up as fast as the second. */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';

import { blind, finalize } from './oprf';

const { voprf } = ristretto255_oprf;

/**
 * Goes once through the arithmetic of a look-up with a key of its own, so that the engine has compiled it and the
 * tables of multiples are there before anybody waits. Takes what a look-up takes, some tenths of a second on a phone;
 * sends nothing and knows nothing of what is typed.
 */
export function prepare(): void {
  const { secretKey, publicKey } = voprf.generateKeyPair();
  const blinded = blind(new Uint8Array(1));
  const { evaluated, proof } = voprf.blindEvaluateBatch(secretKey, publicKey, [blinded.element]);
  finalize([blinded], [{ evaluation: { evaluated, proof }, publicKey }]);
}
