import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { directionOf } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import { Boundary } from './Boundary';
import { Routes } from './Routes';
import { schemeManager } from './scheme';
import { cssVariables, theme } from './theme';

export function App({ queries }: { queries: QueryClient }) {
  useTranslation(); // a change of language draws everything anew
  const direction = directionOf(currentLocale());
  return (
    <QueryClientProvider client={queries}>
      <DirectionProvider key={direction} initialDirection={direction} detectDirection={false}>
        <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemeManager} defaultColorScheme="auto">
          <Boundary>
            <Routes />
          </Boundary>
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}
