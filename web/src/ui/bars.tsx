/** A stacked bar chart of days as SVG, with a table of the exact figures, also for screen readers. */
import { useFormat } from '../i18n/format.ts'
import { useTexts } from '../i18n/texts.ts'
import styles from './bars.module.css'
import type { Piece } from './progress.tsx'
import { uiTexts } from './texts.ts'

/** A day with the height of each segment. */
export interface BarDay {
  readonly day: string
  readonly pieces: Readonly<Record<Piece, number>>
}

const ORDER: readonly Piece[] = ['verified', 'notVerified', 'other', 'errors']
const HEIGHT = 60

/** The chart with its table. */
export function DayBars(props: {
  /** A description of the chart. */
  readonly label: string
  readonly days: readonly BarDay[]
  readonly names: Readonly<Record<Piece, string>>
  readonly dayName: string
}) {
  const { label, days, names, dayName } = props
  const format = useFormat()
  const texts = useTexts(uiTexts)
  const highest = Math.max(1, ...days.map(({ pieces }) => sum(pieces)))
  const [first, last] = [days[0], days.at(-1)]
  return (
    <div className={styles['chart']}>
      <svg
        className={styles['svg']}
        viewBox={`0 0 ${days.length * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {days.map(({ day, pieces }, at) => (
          <Bar key={day} x={at * 10} pieces={pieces} highest={highest} />
        ))}
      </svg>
      <div className={styles['ends']}>
        <span>{first !== undefined && format.day(first.day)}</span>
        <span>{last !== undefined && format.day(last.day)}</span>
      </div>
      <details className={styles['more']}>
        <summary>{texts.chartTable}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
        <section className={styles['table']} tabIndex={0} aria-label={label}>
          <table>
            <thead>
              <tr>
                <th scope="col">{dayName}</th>
                {ORDER.map((piece) => (
                  <th key={piece} scope="col">
                    {names[piece]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, pieces }) => (
                <tr key={day}>
                  <th scope="row">{format.day(day)}</th>
                  {ORDER.map((piece) => (
                    <td key={piece}>{format.number(pieces[piece])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </div>
  )
}

function Bar({
  x,
  pieces,
  highest,
}: {
  readonly x: number
  readonly pieces: BarDay['pieces']
  readonly highest: number
}) {
  let top = HEIGHT
  return (
    <g>
      {ORDER.filter((piece) => pieces[piece] > 0).map((piece) => {
        // A minimum height keeps small values visible.
        const height = Math.max(1.5, (pieces[piece] / highest) * HEIGHT)
        top -= height
        return <rect key={piece} className={styles[piece]} x={x + 1} y={top} width={8} height={height} />
      })}
    </g>
  )
}

/** The legend. */
export function BarLegend({ names }: { readonly names: Readonly<Record<Piece, string>> }) {
  return (
    <ul className={styles['legend']}>
      {ORDER.map((piece) => (
        <li key={piece}>
          <span className={`${styles['swatch']} ${styles[piece]}`} aria-hidden="true" />
          {names[piece]}
        </li>
      ))}
    </ul>
  )
}

function sum(pieces: BarDay['pieces']): number {
  return ORDER.reduce((all, piece) => all + pieces[piece], 0)
}
