import type { VNode } from 'preact';
import type { Breach } from '../../protocol';
import { isKnownClass } from '../classes';
import { useCatalogueTexts, useSpeech } from '../language';
import { distinct, EVERYTHING, type Filter, yearOf } from './filter';

interface Properties {
  breaches: readonly Breach[];
  filter: Filter;
  onFilter(filter: Filter): void;
}

/** Three choices, each only among what there is. */
export function Filters({ breaches, filter, onFilter }: Properties): VNode {
  const { names } = useSpeech().texts;
  const catalogue = useCatalogueTexts();
  const years = distinct(breaches.map(yearOf)).reverse().map((year) => ({ value: year, name: year }));
  const statuses = distinct(breaches.map(({ status }) => status)).map((value) => ({ value, name: names.statuses[value as Breach['status']].name }));
  const classes = distinct(breaches.flatMap((breach) => breach.classes)).map((value) => ({ value, name: isKnownClass(value) ? names.classes[value] : value }));
  return (
    <form class="filters" aria-label={catalogue.filters} onSubmit={(event) => event.preventDefault()}>
      <Choice id="year" name={catalogue.year} all={catalogue.all} value={filter.year} options={years} onChoose={(year) => onFilter({ ...filter, year })} />
      <Choice
        id="status"
        name={catalogue.status}
        all={catalogue.all}
        value={filter.status}
        options={statuses}
        onChoose={(status) => onFilter({ ...filter, status: status as Filter['status'] })}
      />
      <Choice id="class" name={catalogue.class} all={catalogue.all} value={filter.class} options={classes} onChoose={(name) => onFilter({ ...filter, class: name })} />
      <button type="button" class="button" onClick={() => onFilter(EVERYTHING)}>{catalogue.reset}</button>
    </form>
  );
}

interface ChoiceProperties {
  id: string;
  name: string;
  all: string;
  value: string;
  options: readonly { value: string; name: string }[];
  onChoose(value: string): void;
}

function Choice({ id, name, all, value, options, onChoose }: ChoiceProperties): VNode {
  return (
    <div class="filter">
      <label for={`filter-${id}`}>{name}</label>
      <select id={`filter-${id}`} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map((option) => <option key={option.value} value={option.value}>{option.name}</option>)}
      </select>
    </div>
  );
}
