/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { ahead, press } from './ahead.ts';

// fixtures answers /api/v1 from src/testing/server.ts while developing without the Go server (FIXTURES=1 npm run dev).
function fixtures(): Plugin {
  return {
    name: 'fixtures',
    apply: 'serve',
    configureServer(server) {
      if (!process.env.FIXTURES) return;
      server.middlewares.use('/api/v1', (req, res) => {
        void server.ssrLoadModule('/src/testing/server.ts').then((m) => m.answer(req, res));
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), fixtures(), ahead(), press()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The page's content security policy allows files from the same origin only: nothing is inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      output: {
        // The name of a shared file would otherwise tell everybody who shares it.
        chunkFileNames: (chunk) => `assets/${chunk.name.split('~')[0] ?? 'parts'}-[hash].js`,
        codeSplitting: {
          groups: [
            // What every visit needs is one file; small pieces that most pages share are a second one, fields a third: a browser asks
            // for six files at a time, and each costs a way there and back.
            { name: 'core', tags: ['$initial'], priority: 3 },
            { name: 'fields', test: /@mantine\/core\/esm\/components\/(\w*Input\w*|NativeSelect|CloseButton|Textarea|Checkbox)\//, minShareCount: 15, priority: 2 },
            { name: 'charts', test: /src\/charts\//, minShareCount: 5, priority: 0 },
            { name: 'parts', test: /src\/(app|components|charts|i18n|api)\/|@mantine\/(hooks|core\/esm\/(core|utils))\//, minShareCount: 12, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: process.env.FIXTURES ? {} : { '/api': 'http://127.0.0.1:8080' },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
