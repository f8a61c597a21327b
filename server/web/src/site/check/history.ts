/**
 * The back button. An entry of the browser's history says which answer of this visit it shows, by number; it never says
 * what was asked, and the URL never changes. After a reload the numbers lead nowhere and the form is shown.
 */
interface Entry {
  tekser: number | 'working';
}

function isEntry(state: unknown): state is Entry {
  return typeof state === 'object' && state !== null && 'tekser' in state;
}

/** A look-up begins: going back from it must lead to the form. */
export function leaveForm(): void {
  history.pushState({ tekser: 'working' } satisfies Entry, '');
}

/** The entry in force now shows this answer. */
export function entered(place: number): void {
  history.replaceState({ tekser: place } satisfies Entry, '');
}

/** The person wants to ask something else; going back must lead to the answer. */
export function returnToForm(): void {
  history.pushState(null, '');
}

export function replaceByForm(): void {
  history.replaceState(null, '');
}

/** Calls back with the number of the answer to show, or with nothing where the form is to be shown. */
export function onReturn(show: (place: number | undefined) => void): () => void {
  const listen = (event: PopStateEvent): void => {
    const state: unknown = event.state;
    show(isEntry(state) && typeof state.tekser === 'number' ? state.tekser : undefined);
  };
  addEventListener('popstate', listen);
  return () => removeEventListener('popstate', listen);
}
