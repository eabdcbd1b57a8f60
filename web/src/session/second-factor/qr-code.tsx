/** A QR code as one SVG path, without images or inline styles. Colours are the same in both themes, because cameras need dark on light. */
import { encodeQR } from 'qr'
import styles from './second-factor.module.css'

// Cameras need a margin of four modules.
const MARGIN = 4

/** The code; `label` describes it for screen readers. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: MARGIN })
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const size = rows.length
  return (
    <svg
      className={styles['qr']}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
