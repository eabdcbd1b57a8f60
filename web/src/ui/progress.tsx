/** A progress bar with results. The figures are beside it as text; the bar only shows proportions. */
import styles from './progress.module.css'

/** The kinds of segments. */
export type Piece = 'verified' | 'notVerified' | 'other' | 'errors'

/** A bar of segments; `total` is the whole length. */
export function ProgressBar(props: {
  readonly label: string
  readonly pieces: readonly (readonly [Piece, number])[]
  readonly total: number
}) {
  const done = props.pieces.reduce((sum, [, count]) => sum + count, 0)
  const whole = Math.max(props.total, done, 1)
  return (
    <div
      className={styles['track']}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={done}
    >
      {props.pieces.map(([piece, count]) => (
        <span key={piece} className={styles[piece]} style={{ width: `${(count / whole) * 100}%` }} />
      ))}
    </div>
  )
}
