/** A run's history: its start, pauses with user and reason, reverts, its end. */
import { UserLink } from '../../app/subject-link.tsx'
import { useSay } from '../../i18n/messages.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { config } from '../../session/config.ts'
import { Card } from '../../ui/card.tsx'
import { Moment } from '../../ui/time.tsx'
import type { RunDetail } from './queries.ts'
import styles from './run-page.module.css'
import { runTexts } from './texts.ts'

/** The card, oldest entry first. */
export function Timeline({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const began = `${texts.timelineStarted} ${textOf(names.runCause, run.cause)}`
  return (
    <Card title={texts.timeline}>
      <ol className={styles['timeline']}>
        {run.changes.map((change, index) => (
          // Entries are only appended.
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
  const say = useSay()
  const { at, state, changedBy, finding, reason, takenBack } = change
  return (
    <>
      <span>{title ?? (state === null ? texts.takenBack(takenBack ?? 0) : texts.became[state])}</span>
      {finding !== null && <span className="soft">{say([finding])}</span>}
      {reason !== null && <span className="soft">{reason}</span>}
      <span className={`soft ${styles['when']}`}>
        <Moment at={at} />
        {changedBy !== null && changedBy !== config.systemUserId && <UserLink id={changedBy} what={texts.changedBy} />}
      </span>
    </>
  )
}
