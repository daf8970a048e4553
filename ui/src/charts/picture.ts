const VARIABLE = /var\((--[\w-]+)(?:,[^()]*)?\)/g;

/** A picture as a file: an SVG that stands alone, and its size. */
export interface Drawn {
  svg: string;
  width: number;
  height: number;
}

function written(svg: string): string {
  const style = getComputedStyle(document.documentElement);
  return svg.replace(VARIABLE, (_, name: string) => style.getPropertyValue(name).trim() || 'black');
}

/** A drawing as a file that stands alone: colours of the theme written out, with a background. */
export function drawn(svg: SVGSVGElement): Drawn {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('font-family', 'Heebo, Arial, sans-serif');
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', 'var(--surface)');
  copy.prepend(ground);
  return { svg: written(new XMLSerializer().serializeToString(copy)), width, height };
}

// What a table with bands in it, or a map of cards, takes its look from.
const looks = ['color', 'background', 'block-size', 'border-block-end', 'border-block-start', 'border-collapse', 'border-inline-end', 'border-inline-start', 'border-radius', 'box-sizing', 'caption-side', 'direction', 'display', 'align-items', 'justify-content', 'gap', 'flex-direction', 'flex-grow', 'flex-wrap', 'fill', 'font-size', 'font-weight', 'grid-auto-flow', 'grid-template-columns', 'grid-template-rows', 'list-style', 'inline-size', 'line-height', 'margin', 'padding', 'stroke', 'text-align', 'vertical-align', 'white-space'];

function dress(from: Element, to: Element) {
  const style = getComputedStyle(from);
  const bare = style.position === 'absolute' ? 'display:none' : looks.map((name) => `${name}:${style.getPropertyValue(name)}`).join(';');
  to.setAttribute('style', bare);
  [...from.children].forEach((child, i) => {
    const twin = to.children[i];
    if (twin) dress(child, twin);
  });
}

const EDGE = 16;

/** A table with its bands as a file that stands alone, as it looks on the screen. */
export function drawnTable(table: HTMLElement): Drawn {
  const width = Math.ceil(table.scrollWidth) + 2 * EDGE;
  const height = Math.ceil(table.scrollHeight) + 2 * EDGE;
  const copy = table.cloneNode(true) as HTMLElement;
  dress(table, copy);
  copy.setAttribute('xmlns', 'http://www.w3.org/1999/xhtml');
  copy.style.fontFamily = 'Heebo, Arial, sans-serif';
  copy.style.margin = '0';
  const body = new XMLSerializer().serializeToString(copy);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="var(--surface)"/><foreignObject x="${EDGE}" y="${EDGE}" width="${width - 2 * EDGE}" height="${height - 2 * EDGE}">${body}</foreignObject></svg>`;
  return { svg: written(svg), width, height };
}

/** What a table says, cell by cell, as it stands on the screen. */
export function cellsOf(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) => [...row.cells].map((cell) => (cell.innerText || cell.textContent || '').replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim()));
}

export async function toPng({ svg, width, height }: Drawn, scale = 2): Promise<Blob> {
  const image = new Image();
  // As data, not as a blob: a canvas takes a picture with a table in it only so.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'));
}
