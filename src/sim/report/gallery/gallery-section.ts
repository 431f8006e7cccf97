import { formatNumber } from '../format.js';
import { html, type Markup } from '../html.js';
import type { Gallery, GalleryClient, GalleryImage } from './gallery-file.js';

/** The pictures of a gallery, client by client: what went most wrong, then what went most right. */
export function gallerySection({ clients, sheet }: Gallery, clientCount: number): Markup {
  return html`<h2>Anomaly maps</h2>
    <div class="key">
      <span>Each picture: input · anomaly map · true mask (hatched: none drawn)</span>
      <span>low<i class="ramp"></i>high</span>
      <span>The colours' scale is the client's own.</span>
    </div>
    <p class="note">
      Hardest and easiest by how far a score lies on the wrong or right side of the client's threshold (best
      F1 on its own test
      images).${clients.length < clientCount && html` The first ${clients.length} of ${clientCount} clients.`}
    </p>
    ${clients.map((client) => clientPictures(client))}
    ${
      sheet.length > 0 &&
      html`<details>
        <summary>Rows of heat-maps.png</summary>
        <ol class="captions">
          ${sheet.map((caption) => html`<li>${caption}</li>`)}
        </ol>
      </details>`
    }`;
}

function clientPictures({ id, threshold, images }: GalleryClient): Markup {
  const row = (end: GalleryImage['end'], title: string) => {
    const pictures = images.filter((image) => image.end === end);
    return (
      pictures.length > 0 &&
      html`<h4>${title}</h4>
        <div class="gallery">${pictures.map((image) => picture(image, threshold))}</div>`
    );
  };
  return html`<section class="client">
    <h3>
      <span class="id">${id}</span>
      ${threshold !== null && html`<small>threshold ${formatNumber(threshold)}</small>`}
    </h3>
    ${row('hardest', 'Hardest')} ${row('easiest', 'Easiest')}
  </section>`;
}

function picture({ image, label, score, picture: bytes }: GalleryImage, threshold: number | null): Markup {
  const truth = label === 1 ? 'defective' : 'normal';
  const verdict = threshold === null ? null : score >= threshold ? 1 : 0;
  const mistake = verdict === null || verdict === label ? null : label === 1 ? 'missed' : 'false alarm';
  const data = Buffer.from(bytes).toString('base64');
  return html`<figure class="picture">
    <img src="data:image/jpeg;base64,${data}" alt="${image}: input, anomaly map and true mask" />
    <figcaption>
      <b class="${truth}">${truth}</b> ${formatNumber(score)}
      ${mistake && html`<b class="mistake">${mistake}</b>`}<br /><span class="file">${image}</span>
    </figcaption>
  </figure>`;
}
