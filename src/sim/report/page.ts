import { html, type HtmlValue, trusted } from './html.js';
import { style } from './style.js';

export interface Page {
  readonly title: string;
  /** The whole in a sentence. */
  readonly summary: string;
  /** What stands above the title. */
  readonly kicker: string;
  readonly body: HtmlValue;
}

/** No address may be asked for anything: the file shows the same in ten years and on a train. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One HTML file that needs nothing else. */
export function renderPage({ title, summary, kicker, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${summary}" />
        <title>${title} · feddymem</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          <p class="kicker">${kicker}</p>
          <h1>${title}</h1>
          <p class="summary">${summary}</p>
          ${body}
        </main>
      </body>
    </html> `.text;
}
