import type { VNode } from 'preact';
import { KINDS, type Kind } from '../../identifier';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

interface Properties {
  legend: string;
  kinds?: readonly Kind[];
  chosen: Kind | undefined;
  onChoose(kind: Kind): void;
}

/** Radio buttons for what was typed. */
export function KindChoice({ legend, kinds = KINDS, chosen, onChoose }: Properties): VNode {
  const { texts } = useSpeech();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-options">
        {kinds.map((kind) => (
          <label key={kind} class="choice-option">
            <input type="radio" name="kind" value={kind} checked={kind === chosen} onChange={() => onChoose(kind)} />
            <Icon name={kind} />
            <span>{texts.names.kinds[kind]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
