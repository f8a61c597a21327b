import type { VNode } from 'preact';
import type { Answer } from '../../protocol';
import { moment } from '../format/date';
import { fill } from '../format/plural';
import { useSpeech } from '../language';

/** What paper needs and a screen does not: the meaning of each status, the site's address, the edition of the list. */
export function Printed({ answer }: { answer: Answer }): VNode {
  const { language, texts } = useSpeech();
  const statuses = [...new Set(answer.exposures.map(({ breach }) => breach.status))];
  const date = moment(language, new Date().toISOString());
  return (
    <div class="printed">
      {statuses.map((status) => <p key={status}><b>{texts.names.statuses[status].name}.</b> {texts.names.statuses[status].meaning}</p>)}
      <p>{fill(texts.answer.printed, { date, address: location.host, generation: answer.generation })}</p>
    </div>
  );
}
