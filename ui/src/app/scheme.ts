import { localStorageColorSchemeManager } from '@mantine/core';

/** Light or dark, kept under the key that public/boot.js reads before the first paint. */
export const schemeManager = localStorageColorSchemeManager({ key: 'rapport.scheme' });
