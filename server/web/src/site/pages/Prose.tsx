import type { VNode } from 'preact';
import { Given } from '../filled';
import type { Block, PageText, Section } from '../texts/prose';

/** A page's heading and its first words. */
export function PageHead({ text }: { text: PageText }): VNode {
  return (
    <header class="page-head">
      <h1>{text.heading}</h1>
      <p class="lead">{text.lead}</p>
    </header>
  );
}

/** The sections of a page that is read. */
export function Sections({ sections }: { sections: readonly Section[] }): VNode {
  return (
    <div class="prose">
      {sections.map((section, place) => <SectionView key={place} section={section} />)}
    </div>
  );
}

function SectionView({ section: { heading, body, given, unless } }: { section: Section }): VNode {
  const shown = (
    <section>
      <h2>{heading}</h2>
      {body.map((block, index) => <BlockView key={index} block={block} />)}
    </section>
  );
  if (given) return <Given name={given}>{shown}</Given>;
  return unless ? <Given name={unless} otherwise={shown} /> : shown;
}

function BlockView({ block }: { block: Block }): VNode {
  if (typeof block === 'string') return <p><Inline text={block} /></p>;
  if ('body' in block) return <Conditional block={block} />;
  if ('code' in block) return <pre class="code" tabIndex={0}><code>{block.code}</code></pre>;
  if ('ordered' in block) return <ol>{block.ordered.map((line) => <li key={line}><Inline text={line} /></li>)}</ol>;
  return <ul>{block.list.map((line) => <li key={line}><Inline text={line} /></li>)}</ul>;
}

/** Blocks that are only said where the server has a text of a name, or where it has none. */
function Conditional({ block: { given, unless, body } }: { block: Extract<Block, { body: Block[] }> }): VNode {
  const shown = <>{body.map((inner, index) => <BlockView key={index} block={inner} />)}</>;
  if (given) return <Given name={given}>{shown}</Given>;
  return unless ? <Given name={unless} otherwise={shown} /> : shown;
}

/** Words, with links and code in them. */
function Inline({ text }: { text: string }): VNode {
  const parts = text.split(/(\[[^\]]+\]\([^)]+\)|`[^`]+`)/);
  return <>{parts.map(part)}</>;
}

function part(text: string): VNode | string {
  const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(text);
  if (link) return <a href={link[2] ?? ''}>{link[1]}</a>;
  return /^`.*`$/.test(text) ? <code>{text.slice(1, -1)}</code> : text;
}
