/** The sign of the product: two ends joined by a line. Never mirrored. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="7" fill="#1d3b53" />
      <path d="M7 21c4 0 5-10 9-10s5 10 9 10" fill="none" stroke="#fff" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx="7" cy="21" r="3" fill="#4fb8a8" />
      <circle cx="25" cy="21" r="3" fill="#b79cf0" />
    </svg>
  );
}
