import type { Plugin } from 'vite';
import { fillIn } from '../src/site/prerender/fill.ts';

/** In development the pages are written again at every request, by the same code that writes them for good. */
export function pagesInDevelopment(): Plugin {
  return {
    name: 'pages-in-development',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const [path = '/'] = (request.url ?? '/').split('?');
        const { pageAt } = (await server.ssrLoadModule('/src/site/prerender/site.tsx')) as typeof import('../src/site/prerender/site');
        const html = pageAt(path === '/' ? '/ru' : path, { scripts: ['/@vite/client', '/src/site/main.ts'], preloads: () => [], styles: [], readingStyles: ['/src/site/styles/reading.css'], beforePaint: '/src/site/before-paint.js' });
        if (html === undefined) return next();
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        // The server that is asked in development may have any key.
        response.end(fillIn(html, { 'without-trust': '1' }));
      });
    },
  };
}
