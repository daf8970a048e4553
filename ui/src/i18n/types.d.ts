import 'i18next';
import type { catalog } from './locales/en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof catalog;
    returnNull: false;
  }
}
