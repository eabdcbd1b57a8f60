/** What became of a run and when: its start, who held it and why, what was taken back, its end. */
import { UserLink } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { config } from '../../session/config.ts'
import { Card } from '../../ui/card.tsx'
import { Moment } from '../../ui/time.tsx'
import { guardFinding } from './guard.ts'
import type { RunDetail } from './queries.ts'
import styles from './run-page.module.css'
import { runTexts } from './texts.ts'

/** The card with all of it, the first above. */
export function Timeline({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const began = `${texts.timelineStarted} ${textOf(names.runCause, run.cause)}`
  return (
    <Card title={texts.timeline}>
      <ol className={styles['timeline']}>
        {run.changes.map((change, index) => (
          // Nothing is ever put between two of them.
          <li key={`${change.at} ${change.state}`}>
            <Change change={change} title={index === 0 ? began : undefined} />
          </li>
        ))}
      </ol>
    </Card>
  )
}

type RunChange = RunDetail['changes'][number]

function Change({ change, title }: { readonly change: RunChange; readonly title: string | undefined }) {
  const texts = useTexts(runTexts)
  const { at, state, changedBy, reason, takenBack } = change
  return (
    <>
      <span>{title ?? (state === null ? texts.takenBack(takenBack ?? 0) : texts.became[state])}</span>
      {reason !== null && <span className="soft">{reasonIn(reason, texts)}</span>}
      <span className={`soft ${styles['when']}`}>
        <Moment at={at} />
        {changedBy !== null && changedBy !== config.systemUserId && <UserLink id={changedBy} what={texts.changedBy} />}
      </span>
    </>
  )
}

function reasonIn(reason: string, texts: (typeof runTexts)['uk']): string {
  if (reason === 'worker lost') return texts.workerLost
  const finding = guardFinding(reason)
  if (finding === undefined) return reason
  return finding.kind === 'answers'
    ? texts.guardAnswersShort(finding.count, finding.of, finding.share)
    : texts.guardSubjectsShort(finding.count, finding.of)
}
