/**
 * The back button. An entry of the browser's history says which answer of this visit it shows, by number; it never says
 * what was asked, and what is typed never changes the URL. After a reload the numbers lead nowhere and the form is shown.
 */
interface State {
  tekser: number | 'working';
}

function isState(state: unknown): state is State {
  return typeof state === 'object' && state !== null && 'tekser' in state;
}

/** The state of the current entry, and the fragment of its address. */
let current: unknown = null;
let fragment = '';

function remember(state: State | null): void {
  current = state;
  fragment = location.hash;
}

function push(state: State | null): void {
  history.pushState(state, '');
  remember(state);
}

function replace(state: State | null): void {
  history.replaceState(state, '');
  remember(state);
}

/** A look-up begins: going back from it must lead to the form. */
export const leaveForm = (): void => push({ tekser: 'working' });

/** The current entry now shows this answer. */
export const entered = (place: number): void => replace({ tekser: place });

/** The person wants to ask something else; going back must lead to the answer. */
export const returnToForm = (): void => push(null);

export const replaceByForm = (): void => replace(null);

/** Calls back with the number of the answer to show, or with nothing where the form is to be shown. */
export function onReturn(show: (place: number | undefined) => void): () => void {
  remember(null);
  const listen = ({ state }: PopStateEvent): void => {
    if (isOnlyFragment(state)) return replace(isState(current) ? current : null);
    const isSame = isState(state) && isState(current) && state.tekser === current.tekser;
    remember(isState(state) ? state : null);
    if (!isSame) show(isState(state) && typeof state.tekser === 'number' ? state.tekser : undefined);
  };
  addEventListener('popstate', listen);
  document.addEventListener('click', followFragment);
  return () => {
    removeEventListener('popstate', listen);
    document.removeEventListener('click', followFragment);
  };
}

/** A person typed another fragment: a new entry without a state, which changes nothing of what is shown. */
function isOnlyFragment(state: unknown): boolean {
  return !isState(state) && location.hash !== '' && location.hash !== fragment;
}

/** The menu and "skip to content" lead to a part of the page without an entry of their own. */
function followFragment(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  const target = link && document.getElementById(link.getAttribute('href')!.slice(1));
  if (!target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}
