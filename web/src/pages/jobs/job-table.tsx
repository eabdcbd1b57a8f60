/** The table of jobs, with a selection and its actions. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { type Column, DataTable, type TableProps } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { ActDialog } from './act-dialog.tsx'
import type { JobAct } from './acts.ts'
import { JobError, JobStateBadge } from './job-parts.tsx'
import styles from './jobs.module.css'
import type { JobLine } from './queries.ts'
import { type Done, Results } from './results.tsx'
import { jobTexts } from './texts.ts'

/** The table. */
export function JobTable(given: Omit<TableProps<JobLine>, 'columns'>) {
  const { rows: jobs } = given
  const mayAct = useMay('job:write')
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [act, setAct] = useState<JobAct>()
  const [done, setDone] = useState<Done>()
  // Only visible jobs are affected.
  const chosen = (jobs ?? []).filter(({ id }) => ids.has(id))
  const choose = (id: string, isChosen: boolean) =>
    setIds(new Set([...ids].filter((each) => each !== id).concat(isChosen ? [id] : [])))
  const columns = useColumns(mayAct ? { ids, choose } : undefined)
  return (
    <>
      {done !== undefined && <Results done={done} onHide={() => setDone(undefined)} />}
      {mayAct && (
        <Acts
          count={chosen.length}
          of={jobs?.length ?? 0}
          onAll={(isChosen) => setIds(new Set(isChosen ? jobs?.map(({ id }) => id) : []))}
          onAct={setAct}
        />
      )}
      <DataTable {...given} columns={columns} />
      {act !== undefined && (
        <ActDialog
          act={act}
          jobs={chosen}
          onDone={(which, results) => {
            setDone({ act: which, results })
            setIds(new Set())
          }}
          onClose={() => setAct(undefined)}
        />
      )}
    </>
  )
}

function Acts(props: {
  readonly count: number
  readonly of: number
  readonly onAll: (isChosen: boolean) => void
  readonly onAct: (act: JobAct) => void
}) {
  const texts = useTexts(jobTexts)
  const { count, of, onAll, onAct } = props
  return (
    <fieldset className={styles['acts']} aria-label={texts.acts}>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={count > 0 && count === of}
          disabled={of === 0}
          ref={(box) => {
            if (box !== null) box.indeterminate = count > 0 && count < of
          }}
          onChange={(event) => onAll(event.target.checked)}
        />
        {texts.selectAll}
      </label>
      {/* Always rendered, so that the rows do not move while the user selects them. */}
      <Button isSmall icon="undo" isDisabled={count === 0} onPress={() => onAct('retry')}>
        {texts.retry}
      </Button>
      <Button isSmall icon="stop" isDisabled={count === 0} onPress={() => onAct('cancel')}>
        {texts.cancel}
      </Button>
      <span role="status" className="soft">
        {count === 0 ? texts.choose : texts.chosen(count)}
      </span>
    </fieldset>
  )
}

interface Choice {
  readonly ids: ReadonlySet<string>
  readonly choose: (id: string, isChosen: boolean) => void
}

// With a selection, each row has a checkbox.
function useColumns(choice: Choice | undefined): Column<JobLine>[] {
  const texts = useTexts(jobTexts)
  return [
    {
      key: 'job',
      header: texts.job,
      cell: ({ id, databaseId, queue }) => (
        <span className={styles['row']}>
          {choice !== undefined && (
            <input
              type="checkbox"
              aria-label={texts.select(databaseId)}
              checked={choice.ids.has(id)}
              onChange={(event) => choice.choose(id, event.target.checked)}
            />
          )}
          <span className={styles['pair']}>
            <Link to="/jobs/$jobId" params={{ jobId: databaseId }}>
              {textOf(texts.queues, queue)}
            </Link>
            <CopyId id={databaseId} what={texts.id} isShort />
          </span>
        </span>
      ),
    },
    { key: 'state', header: texts.state, cell: ({ state }) => <JobStateBadge state={state} /> },
    {
      key: 'subject',
      header: texts.subject,
      cell: ({ subjectId }) => subjectId !== null && <CopyId id={subjectId} what={texts.subjectId} isShort />,
    },
    {
      key: 'attempts',
      header: texts.attempts,
      isNumber: true,
      cell: ({ attempts, maxAttempts }) => texts.attemptsOf(attempts, maxAttempts),
    },
    { key: 'error', header: texts.error, cell: (job) => <JobError job={job} /> },
    { key: 'created', header: texts.created, cell: ({ insertedAt }) => <Moment at={insertedAt} /> },
    {
      key: 'ended',
      header: texts.ended,
      cell: ({ completedAt }) => completedAt !== null && <Moment at={completedAt} />,
    },
  ]
}
