import { useLayoutEffect, useRef } from 'react';

// What the server's pictures are made of; anything else is left out.
const elements = ['svg', 'line', 'rect', 'path', 'circle', 'text', 'linearGradient', 'stop'];
const attributes = /^(xmlns|viewBox|width|height|role|aria-label|direction|font-(size|family|weight)|[xy][12]?|r[xy]?|c[xy]|d|fill|stroke(-(width|dasharray|linejoin))?|text-anchor|id|offset|stop-(color|opacity))$/;

/** A picture that the server drew. It takes its colours and letters from the page. */
export function Drawing({ svg, className }: { svg: string; className?: string }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    for (const element of [root, ...root.querySelectorAll('*')]) {
      if (!elements.includes(element.localName)) element.remove();
      for (const { name } of [...element.attributes]) if (!attributes.test(name)) element.removeAttribute(name);
    }
    if (root.localName === 'svg') place.current?.replaceChildren(document.importNode(root, true));
  }, [svg]);
  return <span ref={place} className={className} />;
}
