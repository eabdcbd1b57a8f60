/** One run: progress, results, why it is in its state, and its actions. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { useEvents } from '../../graphql/events.ts'
import { nodeId } from '../../graphql/ids.ts'
import { queryClient, useAnswer } from '../../graphql/use-query.ts'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { RunStateBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Moment } from '../../ui/time.tsx'
import { type Control, ControlDialog, controlsOf } from './control-dialogs.tsx'
import { RUN, RUN_PROGRESS, type RunDetail } from './queries.ts'
import styles from './run-page.module.css'
import { RunErrors, RunWorkers } from './run-parts.tsx'
import { RunProgress } from './run-progress.tsx'
import { runTexts } from './texts.ts'
import { Timeline } from './timeline.tsx'
import { Why } from './why.tsx'

const route = getRouteApi('/runs/$runId')

/** The page. */
export function RunPage() {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const { runId } = route.useParams()
  const id = nodeId('VerificationRun', runId)
  const asked = useAnswer(RUN, { id }, { keepsPrevious: false })
  const known = asked.data?.verificationRun
  const isLive = known != null && known.endedAt === null
  const events = useEvents(
    RUN_PROGRESS,
    { id },
    { isEnabled: isLive, onEnd: () => void queryClient.invalidateQueries() },
  )
  const run = (isLive ? events?.verificationRunProgress : undefined) ?? known
  return (
    <Page
      title={run == null ? texts.title : texts.runTitle(textOf(names.process, run.process))}
      back={
        <Link to="/runs">
          <Icon name="left" />
          {texts.backToList}
        </Link>
      }
      actions={run != null && <Controls run={run} />}
    >
      <Shown of={asked} skeleton={<Skeleton lines={20} />}>
        {() => (run == null ? <EmptyState title={texts.unknown} /> : <RunParts run={run} />)}
      </Shown>
    </Page>
  )
}

const CONTROL_LOOK: Readonly<Record<Control, IconName>> = {
  pause: 'pause',
  resume: 'play',
  stop: 'stop',
  recheck: 'undo',
}

function Controls({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const mayControl = useMay('verification_run:write')
  const [control, setControl] = useState<Control>()
  if (!mayControl) return null
  return (
    <>
      {controlsOf(run).map((each) => (
        <Button
          key={each}
          icon={CONTROL_LOOK[each]}
          look={each === 'resume' ? 'primary' : 'secondary'}
          onPress={() => setControl(each)}
        >
          {texts[each]}
        </Button>
      ))}
      {control !== undefined && <ControlDialog control={control} run={run} onClose={() => setControl(undefined)} />}
    </>
  )
}

function RunParts({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  return (
    <>
      <Why run={run} />
      <div className={styles['columns']}>
        <Card title={texts.progress} actions={<RunStateBadge state={run.state} />}>
          <RunProgress run={run} />
          <Outcomes run={run} />
        </Card>
        <About run={run} />
        <RunErrors errors={run.errors} />
        <Timeline run={run} />
      </div>
      <RunWorkers workers={run.workers} />
    </>
  )
}

function Outcomes({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const format = useFormat()
  const outcomes: readonly (readonly [string, number])[] = [
    [texts.claimed, run.claimed],
    [texts.notNeeded, run.notNeeded],
    [texts.incorrect, run.incorrect],
    ...(run.toReview > 0 ? [[texts.toReview, run.toReview] as const] : []),
    [texts.propagated, run.propagated],
    [texts.dropped, run.dropped],
  ]
  return (
    <Facts isDense>
      {outcomes.map(([name, count]) => (
        <Fact key={name} name={name}>
          <span className="numbers">{format.number(count)}</span>
        </Fact>
      ))}
    </Facts>
  )
}

function About({ run }: { readonly run: RunDetail }) {
  const texts = useTexts(runTexts)
  const names = useTexts(words)
  const format = useFormat()
  const limits = [
    run.maxSubjects !== null && texts.limitSubjects(run.maxSubjects),
    run.maxBatches !== null && texts.limitBatches(run.maxBatches),
  ].filter((each) => each !== false)
  return (
    <Card title={texts.facts}>
      <Facts>
        <Fact name={texts.started}>
          <Moment at={run.startedAt} />
        </Fact>
        {run.endedAt !== null && (
          <Fact name={texts.ended}>
            <Moment at={run.endedAt} />
          </Fact>
        )}
        <Fact name={texts.duration}>{format.duration(run.seconds)}</Fact>
        <Fact name={texts.cause}>{textOf(names.runCause, run.cause)}</Fact>
        <Fact name={texts.scope}>{run.isTriggeredOnly ? texts.onlyTriggered : texts.everybody}</Fact>
        <Fact name={texts.limit}>{limits.length === 0 ? texts.noLimit : limits.join(', ')}</Fact>
        {/* Other causes are not persons. */}
        {(run.cause === 'api' || run.cause === 'command') && (
          <Fact name={texts.startedBy}>
            <UserLink id={run.startedBy} what={texts.startedBy} />
          </Fact>
        )}
        {run.stateChangedBy !== null && (
          <Fact name={texts.changedBy}>
            <UserLink id={run.stateChangedBy} what={texts.changedBy} />
          </Fact>
        )}
        <Fact name={texts.id} isWide>
          <CopyId id={run.databaseId} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  )
}
