/** A run's progress: done of total, results, rate, remaining time. */
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ProgressBar } from '../../ui/progress.tsx'
import type { RunLine } from './queries.ts'
import styles from './run-progress.module.css'
import { runTexts } from './texts.ts'

/** The segments of a run's progress bar. */
function piecesOf(run: RunLine) {
  return [
    ['verified', run.verified],
    ['notVerified', run.notVerified],
    ['other', run.notNeeded + run.incorrect + run.toReview + run.dropped],
    ['errors', run.technicalErrors],
  ] as const
}

// Lower rates are not shown.
const LEAST_RATE = 0.05

/** The progress bar and the figures of a run. */
export function RunProgress({ run }: { readonly run: RunLine }) {
  const texts = useTexts(runTexts)
  const format = useFormat()
  const total = run.remaining === null ? undefined : run.done + run.remaining
  const isOver = run.endedAt !== null
  const other = run.notNeeded + run.incorrect + run.toReview + run.dropped
  const isNothing = isOver && run.done === 0
  const seconds = run.remaining !== null && run.rate > 0 ? run.remaining / run.rate : undefined
  return (
    <div className={styles['progress']}>
      <div className={styles['line']}>
        <strong className="numbers">
          {isNothing
            ? texts.nothing
            : total === undefined
              ? texts.progressUnknown(format.number(run.done))
              : texts.progressOf(format.number(run.done), format.number(total))}
        </strong>
        <span className="soft numbers">
          {!isNothing &&
            (run.rate >= LEAST_RATE || run.state === 'RUNNING') &&
            texts.perSecond(format.number(run.rate))}
          {!isOver &&
            run.state === 'RUNNING' &&
            seconds !== undefined &&
            ` · ${texts.leftTime(format.duration(seconds))}`}
        </span>
      </div>
      <ProgressBar label={texts.progress} pieces={piecesOf(run)} total={total ?? run.done} />
      <ul className={`${styles['outcomes']} numbers`}>
        <li>
          {texts.verified}: {format.number(run.verified)}
        </li>
        <li>
          {texts.notVerified}: {format.number(run.notVerified)}
        </li>
        <li>
          {texts.technicalErrors}: {format.number(run.technicalErrors)}
        </li>
        {other > 0 && (
          <li>
            {texts.other}: {format.number(other)}
          </li>
        )}
      </ul>
    </div>
  )
}
