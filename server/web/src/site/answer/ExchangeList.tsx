import '../styles/exchange-list.css';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Exchange } from '../../protocol';
import { plural } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { bytesOf, hexDump } from './hex';

/** Bytes of a body that are written out unless the reader asks for all: a range has tens of thousands. */
const FIRST = 256;

/** The exchanges one by one; loaded when the reader wants to see them. */
export function ExchangeList({ exchanges }: { exchanges: readonly Exchange[] }): VNode {
  return <ol>{exchanges.map((exchange, index) => <li key={index}><One exchange={exchange} place={index + 1} /></li>)}</ol>;
}

function One({ exchange, place }: { exchange: Exchange; place: number }): VNode {
  const { language, texts: { exchanges } } = useSpeech();
  const lay = exchanges.lay[exchange.name];
  const title = [lay.title, exchange.institution?.[language]].filter(Boolean).join(': ');
  return (
    <>
      <h3>{title}</h3>
      <dl class="lay">
        <dt>{exchanges.request}</dt>
        <dd>{lay.sent}</dd>
        <dt>{exchanges.response}</dt>
        <dd>{lay.received}</dd>
      </dl>
      <details class="expert">
        <summary>{exchanges.expert}<span class="visually-hidden">: {title}</span><Icon name="chevron" /></summary>
        <Message name={`${place}. ${title}`} title={exchanges.request} head={`${exchange.method} ${exchange.url}`} headers={exchange.requestHeaders} body={bytesOf(exchange.requestBody)} />
        <Message name={`${place}. ${title}`} title={exchanges.response} head={String(exchange.status)} headers={exchange.responseHeaders} body={bytesOf(exchange.responseBody)} />
      </details>
    </>
  );
}

interface MessageProperties {
  /** What the exchange is called, with its place, so that no two parts of the panel have one name. */
  name: string;
  title: string;
  head: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

function Message({ name, title, head, headers, body }: MessageProperties): VNode {
  const { language, texts } = useSpeech();
  const [whole, setWhole] = useState(false);
  const lines = [head, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return (
    <div class="message">
      <p class="message-title">{title}</p>
      <pre tabIndex={0} role="region" aria-label={`${name}. ${title}: ${head}`}>{lines.join('\n')}</pre>
      {body.length === 0 ? (
        <p class="quiet">{texts.exchanges.empty}</p>
      ) : (
        <>
          <p class="quiet">{plural(language, texts.exchanges.bytes, body.length)}</p>
          <pre class="hex" tabIndex={0} role="region" aria-label={`${name}. ${title}: ${plural(language, texts.exchanges.bytes, body.length)}`}>{hexDump(body, whole ? body.length : FIRST)}</pre>
          {!whole && body.length > FIRST && (
            <button type="button" class="button-link" onClick={() => setWhole(true)}>{texts.exchanges.showAll}</button>
          )}
        </>
      )}
    </div>
  );
}
