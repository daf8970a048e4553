import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { fetchAhead, want, type Texts } from '@/i18n';

/** A page, and ways to have it fetched before it is drawn. */
export type Page = LazyExoticComponent<ComponentType> & {
  /** Starts to fetch it. */
  ahead: () => void;
  /** Fetches it, with its words in the language on the screen; fails where it cannot be fetched. */
  ready: () => Promise<unknown>;
};

/** A page that is loaded when it is first opened, together with the words it is written in. */
export function page(texts: Texts[], component: () => Promise<ComponentType>): Page {
  let coming: Promise<{ default: ComponentType }> | undefined;
  const ready = () => {
    coming ??= Promise.all([component(), want(...texts)]).then(([loaded]) => ({ default: loaded }));
    coming.catch(() => (coming = undefined));
    return coming;
  };
  return Object.assign(lazy(ready), {
    ready,
    ahead() {
      fetchAhead(texts);
      component().catch(() => undefined); // what fails ahead fails again, and is told, when the page is drawn
    },
  });
}
