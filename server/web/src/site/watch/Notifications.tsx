import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { loadProtocol } from '../check/loadProtocol';
import { useSpeech } from '../language';
import { feedOf } from '../paths';
import type { WatchTexts } from '../texts/watch-type';
import { runningWorker, wakeOnce, wakePeriodically } from './register';
import type { Watching } from './state';
import { updateWatching } from './store';
import { keepTrying, offeredKey, renew, subscribeBrowser, unsubscribe } from './subscription';

interface Properties {
  state: Watching | undefined;
  texts: WatchTexts['push'];
  onChange(): Promise<void>;
}

/** Whether the browser knows Web Push. */
function canBeNotified(): boolean {
  return 'PushManager' in globalThis && 'Notification' in globalThis;
}

/** The state's contact centre. */
const CONTACT_CENTRE = '1414';

/** The text with the number of the contact centre as one that can be called: elsewhere it is only a sender of codes. */
function Called({ text }: { text: string }): VNode {
  const [before, after] = text.split(CONTACT_CENTRE);
  return <>{before}<a href={`tel:${CONTACT_CENTRE}`}>{CONTACT_CENTRE}</a>{after}</>;
}

/** Switches notifications on and off; where there are none, what there is besides. */
export function Notifications({ state, texts, onChange }: Properties): VNode {
  const { language } = useSpeech();
  const [key, setKey] = useState<Uint8Array>();
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (canBeNotified()) offeredKey().then(setKey, () => undefined);
  }, []);
  const isOn = state?.push !== undefined;
  const act = (does: Promise<string>): void => void does.catch(() => texts.failed).then(async (words) => (await onChange(), setSaid(words)));
  const start = (): void => act(key ? startNotices(key, texts) : Promise.reject(new Error('not offered')));
  const stop = (): void => act(runningWorker().then((registration) => unsubscribe(registration, loadProtocol)).then(() => texts.stopped));
  const isOffered = key !== undefined || isOn;
  return (
    <section aria-labelledby="notifications-heading">
      <h2 id="notifications-heading">{texts.heading}</h2>
      <p>{isOffered ? texts.lead : texts.none}</p>
      {isOffered && state && state.watched.length > 0 && (
        <p><button type="button" class="button" onClick={isOn ? stop : start}>{isOn ? texts.off : texts.on}</button></p>
      )}
      <p role="status">{said || (isOn ? (state.push.sentAt === 0 ? texts.waiting : texts.started) : '')}</p>
      <p><a href={feedOf(language)} type="application/atom+xml">{texts.feed}</a>, <Called text={texts.call} /></p>
    </section>
  );
}

/** Subscribes in the browser now, and at the server when that is not together with a look-up; gives the words for it. */
async function startNotices(key: Uint8Array, texts: WatchTexts['push']): Promise<string> {
  if ((await Notification.requestPermission()) !== 'granted') return texts.denied;
  const registration = await runningWorker();
  await subscribeBrowser(registration, key);
  await updateWatching((before) => ({ ...before, push: { sentAt: 0 } }));
  await wakePeriodically(registration);
  const renewal = await renew(registration, loadProtocol);
  if (renewal === 'sent') return texts.started;
  await wakeOnce(registration);
  keepTrying(registration, loadProtocol);
  return texts.waiting;
}
