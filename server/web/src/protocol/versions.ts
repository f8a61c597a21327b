/** Where the index of this client's version is while a service changes from one to another (`server/PROTOCOL.md` §1). Loaded only then. */
import { ProtocolError } from './error';
import { list, object, parseJson, text, type Json } from './fields';
import { FORMAT, isSpoken, MAX_VERSIONS, NORMALISATION } from './messages';
import { stated, WITHOUT_TRUST, type Trust } from './statement';

/**
 * The URL of the index document of the version that is spoken here; `body` is that of another, from `url`. Throws `version` if
 * none is offered. Only what was signed counts, unless everybody is believed, and only the same origin is asked: no server
 * learns of a look-up that the address of the page does not name.
 */
export function elsewhere(body: Uint8Array, url: URL, trust: Trust): URL {
  const json = parseJson(body);
  if (isSpoken(json)) throw new ProtocolError('version');
  const offered = list(offers(json, trust) ?? [], MAX_VERSIONS, object);
  const other = offered.find(({ normalisation, format }) => normalisation === NORMALISATION && format === FORMAT);
  if (other === undefined) throw new ProtocolError('version');
  return beside(text(other.url), url);
}

/** The list of other versions; the statement must be of the version that the document says. */
function offers(json: Json, trust: Trust): unknown {
  if (trust === WITHOUT_TRUST) return json.also;
  const { normalisation, format, service } = stated(json, trust);
  if (normalisation !== json.normalisation || format !== json.format) throw new ProtocolError('signature');
  return object(service).also;
}

function beside(relative: string, url: URL): URL {
  const other = URL.canParse(relative, url.href) ? new URL(relative, url) : undefined;
  if (other?.origin !== url.origin) throw new ProtocolError('malformed');
  return other;
}
