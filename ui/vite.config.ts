/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

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
  plugins: [react(), fixtures()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The page's content security policy allows files from the same origin only: nothing is inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
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
  },
});
