/** Icons as inline SVG, so that nothing is loaded. They accompany words and are hidden from screen readers. */

const PATHS = {
  overview: 'M4 5h7v6H4zM13 5h7v4h-7zM13 11h7v8h-7zM4 13h7v6H4z',
  runs: 'M5 12a7 7 0 1 0 2.2-5.1M5 4v4h4M12 8v4l3 2',
  persons: 'M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 20c.6-3.6 3.3-5.5 7-5.5s6.4 1.9 7 5.5',
  parties:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3 19c.5-3.2 2.800-4.800 6-4.800S14.500 15.800 15 19M16 5.300a3 3 0 0 1 0 5.400M17 14.400c2.200.5 3.600 2 4 4.600',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  requests: 'M4 6h16v12H4zM4 7l8 6 8-6',
  events: 'M4 13h4l2-7 4 12 2-5h4',
  audit:
    'M12 5C6.500 5 3 12 3 12s3.500 7 9 7 9-7 9-7-3.500-7-9-7ZM12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  jobs: 'M5 6h14M5 12h14M5 18h9',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  cross: 'm6 6 12 12M18 6 6 18',
  warning: 'M12 4 2.800 20h18.400zM12 10v4.500M12 17.200v.3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.500M12 7.500v.3',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.500V12l3 2',
  dash: 'M6 12h12',
  play: 'M8 5.500v13l10.500-6.500z',
  pause: 'M8.500 5.500v13M15.500 5.500v13',
  stop: 'M7 7h10v10H7z',
  undo: 'M9 8H15a5 5 0 0 1 0 10H8M9 8l3-3.500M9 8l3 3.500',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  download: 'M12 4v11M7.500 11 12 15.500 16.500 11M5 20h14',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l4.500 4.500',
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  leave: 'M14 5H6v14h8M11 12h9M16.500 8.500 20 12l-3.500 3.500',
  left: 'm14.500 6-6 6 6 6',
  right: 'm9.500 6 6 6-6 6',
  plug: 'M9 4v5M15 4v5M6 9h12v2a6 6 0 0 1-12 0zM12 17v4',
} as const

/** The name of an icon. */
export type IconName = keyof typeof PATHS

/** An icon of the height of the text. */
export function Icon({ name, size = '1.15em' }: { readonly name: IconName; readonly size?: string }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
