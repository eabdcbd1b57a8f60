import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The API that `npm run dev:web` talks to. */
const API = process.env['ZVIRKA_API'] ?? 'http://127.0.0.1:4000'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative to `<base>`, so that the page works below any path.
  base: './',
  plugins: [react()],
  build: {
    target: 'es2023',
    // Inlined files would need `data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What libraries say to server components means nothing here.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
    },
  },
  server: { proxy: { '/graphql': API, '/oauth': API, '/health': API } },
})
