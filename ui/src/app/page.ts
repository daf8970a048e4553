import { lazy, type ComponentType } from 'react';
import { want, type Texts } from '@/i18n';

/** A page that is loaded when it is first opened, together with the words it is written in. */
export function page(texts: Texts[], component: () => Promise<ComponentType>) {
  return lazy(async () => {
    const [drawn] = await Promise.all([component(), want(...texts)]);
    return { default: drawn };
  });
}
