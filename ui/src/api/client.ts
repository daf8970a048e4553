import createFetchClient from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { currentLocale } from '@/i18n/locale-now';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

declare global {
  interface Window {
    /** What boot.js has asked for while the program was on its way, by path with its parameters. */
    askedEarly?: Record<string, Promise<Response> | undefined>;
  }
}

// An early answer is taken once, by the first who asks the same; where it failed, the question is put again.
function ask(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const early = request.method === 'GET' ? window.askedEarly?.[pathname + search] : undefined;
  if (!early) return fetch(request);
  delete window.askedEarly?.[pathname + search];
  return early.catch(() => fetch(request));
}

export const client = createFetchClient<paths>({ baseUrl: '/api/v1', fetch: ask });

// Problems come back in the language on the screen.
client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLocale());
    return request;
  },
});

export const api = createQueryClient(client);
