import type { ReactNode } from 'react';

function Icon({ children, size = 20 }: { children: ReactNode; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" aria-hidden>
      {children}
    </svg>
  );
}

export const MenuIcon = () => (
  <Icon size={24}>
    <path d="M3 5h14M3 10h14M3 15h14" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon size={24}>
    <path d="M4.5 4.5l11 11M15.5 4.5l-11 11" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon size={14}>
    <path d="M4 7l6 6 6-6" />
  </Icon>
);
export const DownloadIcon = () => (
  <Icon size={16}>
    <path d="M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13" />
  </Icon>
);
export const FileIcon = () => (
  <Icon size={28}>
    <path d="M11.5 2.5h-6v15h9v-12zM11.5 2.5v3h3M8 10h4M8 13h4" />
  </Icon>
);
export const BellIcon = () => (
  <Icon>
    <path d="M10 3a5 5 0 0 0-5 5v3.5L3.5 14h13L15 11.5V8a5 5 0 0 0-5-5zM8 16.5a2 2 0 0 0 4 0" />
  </Icon>
);
export const LinkIcon = () => (
  <Icon>
    <path d="M8.5 11.5l3-3M9 6.5l2-2a3.2 3.2 0 0 1 4.5 4.5l-2 2M11 13.500l-2 2A3.200 3.200 0 0 1 4.500 11l2-2" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon size={16}>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
