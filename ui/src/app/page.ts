import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { fetchAhead, want, type Texts } from '@/i18n';

/** A page, and a way to have it fetched before it is drawn. */
export type Page = LazyExoticComponent<ComponentType> & { ahead: () => void };

/** A page that is loaded when it is first opened, together with the words it is written in. */
export function page(texts: Texts[], component: () => Promise<ComponentType>): Page {
  const drawn = lazy(async () => {
    const [loaded] = await Promise.all([component(), want(...texts)]);
    return { default: loaded };
  });
  return Object.assign(drawn, {
    ahead() {
      fetchAhead(texts);
      component().catch(() => undefined); // what fails ahead fails again, and is told, when the page is drawn
    },
  });
}
