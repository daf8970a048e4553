import createFetchClient from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { currentLocale } from '@/i18n/locale-now';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

export const client = createFetchClient<paths>({ baseUrl: '/api/v1' });

// Problems come back in the language on the screen.
client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', currentLocale());
    return request;
  },
});

export const api = createQueryClient(client);
