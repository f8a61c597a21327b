import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { Instead } from './Doubts';
import type { Content } from './reading';

interface Properties {
  content: Content;
  onInstead(text: string): void;
}

/** Why what was typed is not looked up, and what may have been meant. */
export function FaultBox({ content, onInstead }: Properties): VNode {
  const { check } = useSpeech().texts;
  const instead = content.state === 'fault' ? content.instead : undefined;
  return (
    <div class="fault" id="fault" role="alert">
      <Icon name="warning" />
      <div>
        <p><strong>{check.faultHeading}.</strong> <FaultText content={content} /></p>
        {instead !== undefined && <Instead text={instead} onInstead={onInstead} />}
      </div>
    </div>
  );
}

function FaultText({ content }: { content: Content }): VNode {
  const { check, failure, reading } = useSpeech().texts;
  // Its rules could not be loaded.
  if (content.state === 'late') return <>{failure.texts.offline}</>;
  if (content.state === 'empty') return <>{check.faults.empty}</>;
  if (content.state === 'several') return <>{reading.choose}</>;
  if (content.state === 'list') return <>{reading.list.unclear}</>;
  if (content.state !== 'fault') return <>{check.unknown}</>;
  const { fault, kind } = content;
  if (!kind) return <>{STANDING_ALONE.has(fault) ? check.faults[fault] : check.unknown}</>;
  return <>{check.faults[kind === 'site' ? 'form' : fault]} {check.forms[kind]}</>;
}

/** Faults that say enough without the form of a kind. */
const STANDING_ALONE: ReadonlySet<string> = new Set(['name', 'profile', 'letters', 'many', 'at-sign', 'too-long']);
