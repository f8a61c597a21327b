import type { VNode } from 'preact';
import type { Breach } from '../../protocol';
import { number, shortNumber } from '../format/number';
import { useCatalogueTexts, useSpeech } from '../language';
import { byYear, type YearFigures } from './filter';

const HEIGHT = 160;
const STEP = 56;
const BAR = 32;

/** Leaks over time: a drawing for the eye, and the same figures as a table for everybody. */
export function Chart({ breaches }: { breaches: readonly Breach[] }): VNode {
  const { chart } = useCatalogueTexts();
  const years = byYear(breaches);
  return (
    <section class="chart" aria-labelledby="chart-heading">
      <h2 id="chart-heading">{chart.heading}</h2>
      <div class="chart-pair">
        <Bars years={years} />
        <Table years={years} />
      </div>
      <p class="quiet">{chart.note}</p>
    </section>
  );
}

/** Hidden from screen readers, which have the table. */
function Bars({ years }: { years: readonly YearFigures[] }): VNode {
  const { language } = useSpeech();
  const { chart } = useCatalogueTexts();
  const most = Math.max(1, ...years.map(({ records }) => records));
  return (
    <figure class="bars" aria-hidden="true">
      <figcaption>{chart.largest}</figcaption>
      <svg viewBox={`0 0 ${Math.max(years.length, 1) * STEP} ${HEIGHT + 44}`} focusable="false">
        {years.map(({ year, records }, place) => {
          const height = Math.max(records > 0 ? 3 : 0, (records / most) * HEIGHT);
          const left = place * STEP + (STEP - BAR) / 2;
          return (
            <g key={year}>
              <rect class="bar" x={left} y={20 + HEIGHT - height} width={BAR} height={height} />
              {records > 0 && <text class="bar-figure" x={left + BAR / 2} y={14 + HEIGHT - height}>{shortNumber(language, records)}</text>}
              <text class="bar-year" x={left + BAR / 2} y={HEIGHT + 38}>{year}</text>
            </g>
          );
        })}
        <path class="bar-ground" d={`M0 ${HEIGHT + 20}H${years.length * STEP}`} />
      </svg>
    </figure>
  );
}

function Table({ years }: { years: readonly YearFigures[] }): VNode {
  const { language } = useSpeech();
  const { chart } = useCatalogueTexts();
  const sum = (pick: (figures: YearFigures) => number): string => number(language, years.reduce((total, figures) => total + pick(figures), 0));
  return (
    <table class="figures">
      <caption class="visually-hidden">{chart.heading}</caption>
      <thead>
        <tr><th scope="col">{chart.year}</th><th scope="col">{chart.leaks}</th><th scope="col">{chart.records}</th></tr>
      </thead>
      <tbody>
        {years.map(({ year, leaks, records }) => (
          <tr key={year}><th scope="row">{year}</th><td>{number(language, leaks)}</td><td>{number(language, records)}</td></tr>
        ))}
      </tbody>
      <tfoot>
        <tr><th scope="row">{chart.total}</th><td>{sum(({ leaks }) => leaks)}</td><td>{sum(({ records }) => records)}</td></tr>
      </tfoot>
    </table>
  );
}
