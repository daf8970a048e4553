import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';

/** Draws a component as the application would, at an address of its own. */
export function show(what: ReactNode, path = '/') {
  const { hook, searchHook } = memoryLocation({ path });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <DirectionProvider detectDirection={false}>
        <MantineProvider env="test">
          <Router hook={hook} searchHook={searchHook}>
            {what}
          </Router>
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>,
  );
}
