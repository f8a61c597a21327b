import type { VNode } from 'preact';
import { useId } from 'preact/hooks';
import { KINDS, type Kind, type Reading } from '../../identifier';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

interface Properties {
  legend: string;
  /** The ways to read what was typed; all kinds, without a value, if left out. */
  readings?: readonly Reading[];
  chosen: Kind | undefined;
  onChoose(kind: Kind): void;
}

/** Radio buttons for what was typed. None is chosen beforehand. */
export function KindChoice({ legend, readings, chosen, onChoose }: Properties): VNode {
  const { texts } = useSpeech();
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-options">
        {(readings ?? KINDS.map((kind) => ({ kind, shown: '' }))).map(({ kind, shown }) => (
          <label key={kind} class="choice-option">
            <input type="radio" name={name} value={kind} checked={kind === chosen} onChange={() => onChoose(kind)} />
            <Icon name={kind} />
            <span>{shown ? fill(texts.check.recognised, { kind: texts.names.kinds[kind], value: shown }) : texts.names.kinds[kind]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
