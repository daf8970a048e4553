export interface Spot {
  x: number;
  y: number;
}

/**
 * Moves marks of one size apart until none covers another, inside a box, each as little as it takes. The same marks always
 * come to lie in the same places.
 */
export function spread(marks: Spot[], radius: number, box: { left: number; right: number; top: number; bottom: number }): Spot[] {
  const out = marks.map((m) => ({ ...m }));
  const least = radius * 2 + 1;
  for (let round = 0; round < 200; round++) {
    let moved = false;
    out.forEach((a, i) => {
      out.slice(i + 1).forEach((b, k) => {
        const dx = b.x - a.x;
        const dy = b.y - a.y;
        const far = Math.hypot(dx, dy);
        if (far >= least) return;
        moved = true;
        // Marks in the very same place part in a direction that depends on their order.
        const turn = (i * 7 + k * 3 + 1) * 0.9;
        const ux = far > 0.01 ? dx / far : Math.cos(turn);
        const uy = far > 0.01 ? dy / far : Math.sin(turn);
        const push = (least - far) / 2;
        a.x -= ux * push;
        a.y -= uy * push;
        b.x += ux * push;
        b.y += uy * push;
      });
    });
    for (const m of out) {
      m.x = Math.min(box.right, Math.max(box.left, m.x));
      m.y = Math.min(box.bottom, Math.max(box.top, m.y));
    }
    if (!moved) break;
  }
  return out;
}
