/** A QR code, drawn as one path: no picture is loaded, and no style is written. Light and dark are the same in each theme, as cameras want it. */
import { encodeQR } from 'qr'
import styles from './second-factor.module.css'

// Cameras need a margin of four.
const MARGIN = 4

/** The code; `label` says what it is to who cannot see it. */
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
