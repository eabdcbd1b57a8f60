/** Confirms retrying or cancelling jobs: shows which jobs are affected, and which of the selected ones are not. */
import { textOf, useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { actOn, canBe, type JobAct, type JobResult } from './acts.ts'
import { JobStateBadge } from './job-parts.tsx'
import styles from './jobs.module.css'
import type { JobLine } from './queries.ts'
import { jobTexts } from './texts.ts'

interface ActDialogProps {
  readonly act: JobAct
  /** The selected jobs. */
  readonly jobs: readonly JobLine[]
  readonly onDone: (act: JobAct, results: readonly JobResult[]) => void
  readonly onClose: () => void
}

/** The dialog. */
export function ActDialog({ act, jobs, onDone, onClose }: ActDialogProps) {
  const texts = useTexts(jobTexts)
  const touched = jobs.filter((job) => canBe(act, job))
  const left = jobs.filter((job) => !canBe(act, job))
  const said = {
    retry: { title: texts.retryTitle, text: texts.retryText, none: texts.retryNone, left: texts.leftRetry },
    cancel: { title: texts.cancelTitle, text: texts.cancelText, none: texts.cancelNone, left: texts.leftCancel },
  }[act]
  return (
    <ConfirmDialog
      title={said.title(touched.length)}
      confirm={texts[act]}
      isDangerous={act === 'cancel'}
      isDisabled={touched.length === 0}
      onConfirm={async () => onDone(act, await actOn(act, touched))}
      onClose={onClose}
    >
      <p>{touched.length === 0 ? said.none : said.text}</p>
      {touched.length > 0 && <JobIds jobs={touched} label={said.text} />}
      {left.length > 0 && touched.length > 0 && (
        <>
          <p className="soft">{said.left(left.length)}</p>
          <JobIds jobs={left} label={said.left(left.length)} />
        </>
      )}
    </ConfirmDialog>
  )
}

function JobIds({ jobs, label }: { readonly jobs: readonly JobLine[]; readonly label: string }) {
  const texts = useTexts(jobTexts)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className={styles['ids']} tabIndex={0} aria-label={label}>
      <ul>
        {jobs.map(({ id, databaseId, queue, state }) => (
          <li key={id}>
            <span className="mono">{databaseId}</span>
            <span className={styles['about']}>
              <span className="soft">{textOf(texts.queues, queue)}</span>
              <JobStateBadge state={state} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
