/** The result of an action on jobs: how many succeeded, and why others were refused. */
import { useEffect, useRef } from 'react'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../ui/states.tsx'
import type { JobAct, JobResult } from './acts.ts'
import { useRefusal } from './job-parts.tsx'
import styles from './jobs.module.css'
import { jobTexts } from './texts.ts'

/** The last action. */
export interface Done {
  readonly act: JobAct
  readonly results: readonly JobResult[]
}

/** The result. It takes the focus, because the pressed button may be gone. */
export function Results({ done: { act, results }, onHide }: { readonly done: Done; readonly onHide: () => void }) {
  const texts = useTexts(jobTexts)
  const refusal = useRefusal()
  const place = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per action
  useEffect(() => place.current?.focus(), [results])
  const refused = results.flatMap(({ job, failure }) => (failure === undefined ? [] : [{ job, failure }]))
  const count = results.length - refused.length
  return (
    <div ref={place} tabIndex={-1} className={styles['results']}>
      <Banner tone={refused.length === 0 ? 'good' : 'warn'} role={refused.length === 0 ? 'status' : 'alert'}>
        <p>
          <strong>{act === 'retry' ? texts.retried(count) : texts.cancelled(count)}</strong>{' '}
          {refused.length > 0 && <strong>{texts.refused(refused.length)}</strong>}
        </p>
        {refused.length > 0 && (
          <ul>
            {refused.map(({ job, failure }) => (
              <li key={job.id}>
                <span className="mono">{job.databaseId}</span>: {refusal(failure)}
              </li>
            ))}
          </ul>
        )}
        <Button isSmall look="quiet" onPress={onHide}>
          {texts.hide}
        </Button>
      </Banner>
    </div>
  )
}
