import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Failure } from '../../src/site/check/Failure';
import type { FailureCode } from '../../src/site/check/visit';
import { SpeechContext } from '../../src/site/language';
import { texts } from '../../src/site/texts/ru';

/** The page in words. */
function shown(code: FailureCode): string {
  const nothing = (): void => undefined;
  const children = h(Failure, { code, onAgain: nothing, onChange: nothing, onClear: nothing });
  return renderToString(h(SpeechContext.Provider, { value: { language: 'ru', texts }, children }));
}

const mainButton = (html: string): string | undefined => /button-main"[^>]*>([^<]*)/.exec(html)?.[1];

test('an unsigned list is not asked again: the main button clears', () => {
  expect(mainButton(shown('signature'))).toBe(texts.answer.next.clear);
  expect(shown('signature')).not.toContain(texts.failure.again);
});

test('other failures can be tried again', () => {
  for (const code of ['server', 'timeout', 'proof', 'unknown'] as const) expect(mainButton(shown(code))).toBe(texts.failure.again);
});

test('a server that does not answer is not blamed on a connection that the device has', () => {
  expect(shown('offline')).toContain(texts.reading.failure.down);
});
