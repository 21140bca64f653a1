import { gzipSync } from 'node:zlib';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vitest/config';

// Everything comes from the page's own origin; no inline script or style, no eval.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

// What a first visit loads, compressed as a server would; a page that outgrows this does not build.
const BUDGET_KIB = 200;
const sizeBudget: Plugin = {
  name: 'size-budget',
  apply: 'build',
  generateBundle(_, bundle) {
    const sizes = Object.values(bundle).map((file) => {
      return gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
    });
    const kib = sizes.reduce((sum, size) => sum + size, 0) / 1024;
    if (kib > BUDGET_KIB) this.error(`the page is ${kib.toFixed(1)} KiB, over ${BUDGET_KIB} KiB`);
  },
};

// `npm run double`: the page against the test double instead of a host.
const double: Plugin = {
  name: 'test-double',
  configureServer: async (server) => {
    const { attachDouble } = await server.ssrLoadModule('/test/double/host.ts');
    attachDouble(server.httpServer);
  },
};

export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [
    react(),
    tailwindcss(),
    contentSecurityPolicy,
    sizeBudget,
    ...(mode === 'double' ? [double] : []),
  ],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server:
    mode === 'double'
      ? {}
      : {
          proxy: {
            '/ws': { target: 'ws://127.0.0.1:8080', ws: true },
            '/healthz': 'http://127.0.0.1:8080',
          },
        },
  test: { environment: 'happy-dom', include: ['test/**/*.test.{ts,tsx}'] },
}));
