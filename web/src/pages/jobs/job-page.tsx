/** One job: what it does, its state, and its actions. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { SubjectLink } from '../../app/subject-link.tsx'
import { nodeId } from '../../graphql/ids.ts'
import { useAnswer } from '../../graphql/use-query.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Moment } from '../../ui/time.tsx'
import { ActDialog } from './act-dialog.tsx'
import { canBe, type JobAct } from './acts.ts'
import { JobError, JobStateBadge } from './job-parts.tsx'
import { JOB, type JobLine } from './queries.ts'
import { type Done, Results } from './results.tsx'
import { jobTexts } from './texts.ts'

const route = getRouteApi('/jobs/$jobId')
const POLL_MILLISECONDS = 3000

/** The page. */
export function JobPage() {
  const texts = useTexts(jobTexts)
  const { jobId } = route.useParams()
  const [done, setDone] = useState<Done>()
  const asked = useAnswer(JOB, { id: nodeId('Job', jobId) }, { every: POLL_MILLISECONDS, keepsPrevious: false })
  const node = asked.data?.node
  const job = node != null && 'queue' in node ? node : undefined
  return (
    <Page
      title={job === undefined ? texts.title : texts.jobTitle(textOf(texts.queues, job.queue))}
      back={
        <Link to="/jobs">
          <Icon name="left" />
          {texts.backToList}
        </Link>
      }
      actions={job !== undefined && <Acts job={job} onDone={setDone} />}
    >
      {done !== undefined && <Results done={done} onHide={() => setDone(undefined)} />}
      <Shown of={asked} skeleton={<Skeleton lines={14} />}>
        {() => (job === undefined ? <EmptyState title={texts.unknown} icon="jobs" /> : <JobFacts job={job} />)}
      </Shown>
    </Page>
  )
}

function Acts({ job, onDone }: { readonly job: JobLine; readonly onDone: (done: Done) => void }) {
  const texts = useTexts(jobTexts)
  const mayAct = useMay('job:write')
  const maySeeAudit = useMay('audit:read')
  const [act, setAct] = useState<JobAct>()
  return (
    <>
      {maySeeAudit && (
        <Link to="/audit" search={{ subject: job.databaseId }} className={buttonClass('quiet')}>
          <Icon name="audit" />
          {texts.audit}
        </Link>
      )}
      {mayAct && canBe('retry', job) && (
        <Button icon="undo" look="primary" onPress={() => setAct('retry')}>
          {texts.retry}
        </Button>
      )}
      {mayAct && canBe('cancel', job) && (
        <Button icon="stop" onPress={() => setAct('cancel')}>
          {texts.cancel}
        </Button>
      )}
      {act !== undefined && (
        <ActDialog
          act={act}
          jobs={[job]}
          onDone={(which, results) => onDone({ act: which, results })}
          onClose={() => setAct(undefined)}
        />
      )}
    </>
  )
}

/** The subject type of each queue's jobs. */
const SUBJECTS: Readonly<Record<string, string>> = {
  unzr_info: 'unzr_info',
  invitation_mail: 'employee_request',
  registration_mail: 'employee_request',
  known_party_mail: 'employee_request',
}

function JobFacts({ job }: { readonly job: JobLine }) {
  const texts = useTexts(jobTexts)
  const kind = SUBJECTS[job.queue]
  const times = [
    [texts.created, job.insertedAt],
    [texts.notBefore, job.startAfter],
    [texts.started, job.startedAt],
    [texts.ended, job.completedAt],
  ] as const
  return (
    <Card title={texts.facts} actions={<JobStateBadge state={job.state} />}>
      <p>{texts.stateText[job.state]}</p>
      <Facts>
        <Fact name={texts.queue} isWide>
          {textOf(texts.queues, job.queue)}
          {job.queue in texts.queueText && <p className="soft">{textOf(texts.queueText, job.queue)}</p>}
        </Fact>
        <Fact name={texts.attempts}>{texts.attemptsOf(job.attempts, job.maxAttempts)}</Fact>
        <Fact name={texts.error}>{job.error === null ? texts.noError : <JobError job={job} />}</Fact>
        {times.map(
          ([name, at]) =>
            at !== null && (
              <Fact key={name} name={name}>
                <Moment at={at} />
              </Fact>
            ),
        )}
        {job.subjectId !== null && (
          <Fact name={texts.subject} isWide>
            {kind === undefined ? (
              <CopyId id={job.subjectId} what={texts.subjectId} />
            ) : (
              <SubjectLink kind={kind} id={job.subjectId} />
            )}
          </Fact>
        )}
        <Fact name={texts.id} isWide>
          <CopyId id={job.databaseId} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  )
}
