/** One process: due subjects, statuses, schedule, current run, and the last days. */
import { Link } from '@tanstack/react-router'
import { uuidOf } from '../../graphql/ids.ts'
import { ApiFailure } from '../../graphql/request.ts'
import { useFormat } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { RunStateBadge, StatusBadge } from '../../ui/badge.tsx'
import { type BarDay, DayBars } from '../../ui/bars.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { Ago, Moment } from '../../ui/time.tsx'
import type { Stream } from '../people/kinds.ts'
import type { RunLine } from '../runs/queries.ts'
import { RunProgress } from '../runs/run-progress.tsx'
import { Why } from '../runs/why.tsx'
import styles from './overview-page.module.css'
import type { Process } from './queries.ts'
import { scheduleWords } from './schedule.ts'
import { overviewTexts } from './texts.ts'

const STATUSES = ['VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NEEDED', 'IN_REVIEW', 'VERIFICATION_NOT_NEEDED'] as const

interface ProcessProps {
  readonly process: Process
  /** The active run with live data, otherwise the newest. */
  readonly run: RunLine | null
  /** Undefined while loading; the failure if loading failed. */
  readonly days: readonly BarDay[] | ApiFailure | undefined
}

/** The card. */
export function ProcessCard({ process, run, days }: ProcessProps) {
  const names = useTexts(words)
  return (
    <Card title={textOf(names.process, process.key)}>
      <div className={styles['process']}>
        <Counts process={process} />
        <Run run={run} />
        <Schedule process={process} />
        <History name={textOf(names.process, process.key)} days={days} />
      </div>
    </Card>
  )
}

function Counts({ process }: { readonly process: Process }) {
  const { counts } = process
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  return (
    <>
      <div>
        <p className={styles['due']}>
          <strong className="numbers">{counts === null ? '…' : format.number(counts.due)}</strong> {texts.due}
        </p>
        <p className={styles['small']}>
          {counts === null ? texts.counting : <Counted at={counts.countedAt} isFresh={counts.isFresh} />}
          {counts !== null && counts.waiting > 0 && `; ${texts.waiting(counts.waiting)}`}
        </p>
      </div>
      <ul className={styles['statuses']}>
        {STATUSES.map((status) => (
          <li key={status}>
            <StatusBadge status={status} />
            <StatusCount process={process} status={status} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** When the counts were made: just now for small numbers; larger ones are counted periodically. */
function Counted({ at, isFresh }: { readonly at: string; readonly isFresh: boolean }) {
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  if (isFresh) return texts.countedAt(format.time(at))
  return (
    <>
      {texts.countedAt(format.dateTime(at))} (<Ago at={at} />)
    </>
  )
}

// The API offers no list of all verified people: it would be too long to read.
const LISTED: readonly string[] = ['NOT_VERIFIED', 'VERIFICATION_NEEDED', 'IN_REVIEW', 'VERIFICATION_NOT_NEEDED']

interface StatusCountProps {
  readonly process: Process
  readonly status: (typeof STATUSES)[number]
}

/** The number with a status, linked to the list for users who may see it. */
export function StatusCount({ process: { subject, stream, counts }, status }: StatusCountProps) {
  const names = useTexts(words)
  const format = useFormat()
  const maySee = useMay(`${subject}:read`)
  if (counts === null) return <span>…</span>
  const count = counts.byStatus.find((each) => each.status === status)?.count ?? 0
  const shown = <span className="numbers">{format.number(count)}</span>
  if (!maySee || count === 0 || !LISTED.includes(status)) return shown
  return (
    <Link to={subject === 'party' ? '/parties' : '/persons'} search={{ stream: stream as Stream, status }}>
      {shown}
      <span className="visually-hidden">
        {' '}
        {textOf(names.status, status)}, {textOf(names.process, `${stream}/${subject}`)}
      </span>
    </Link>
  )
}

// States that need a person.
const TOLD: readonly string[] = ['PAUSED', 'FAILED']

function Run({ run }: { readonly run: RunLine | null }) {
  const texts = useTexts(overviewTexts)
  const isOver = run?.endedAt !== null
  return (
    <div className={`${styles['part']} ${styles['run']}`}>
      <div className={styles['partHead']}>
        <h3>{run === null || !isOver ? texts.running : texts.lastRun}</h3>
        {run !== null && <RunStateBadge state={run.state} />}
      </div>
      {run === null ? (
        <p className={styles['none']}>{texts.noRuns}</p>
      ) : (
        <>
          <RunProgress run={run} />
          {TOLD.includes(run.state) && <Why run={run} isShort />}
          <p className={`${styles['partHead']} ${styles['small']}`}>
            <Ago at={run.endedAt ?? run.startedAt} />
            <Link to="/runs/$runId" params={{ runId: uuidOf(run.id) }}>
              {texts.openRun}
            </Link>
          </p>
        </>
      )}
    </div>
  )
}

function Schedule({ process }: { readonly process: Process }) {
  const texts = useTexts(overviewTexts)
  const language = useLanguage()
  const { schedule, lastTick, lastTickOutcome, nextTick, validationPeriodDays, isServed } = process
  return (
    <div className={styles['part']}>
      <Facts isDense>
        <Fact name={texts.schedule} isWide>
          <span title={schedule}>{scheduleWords(schedule, language)}</span>
          {validationPeriodDays !== null && <p className={styles['small']}>{texts.period(validationPeriodDays)}</p>}
          {!isServed && <p className={styles['small']}>{texts.notServed}</p>}
        </Fact>
        <Fact name={texts.last}>
          {lastTick === null || lastTickOutcome === 'first' ? texts.never : <Moment at={lastTick} />}
          {lastTickOutcome === 'skipped' && (
            <p className={styles['small']}>{validationPeriodDays === null ? texts.skippedIdle : texts.skipped}</p>
          )}
        </Fact>
        <Fact name={texts.next}>
          {nextTick === null ? (
            '—'
          ) : (
            <>
              <Moment at={nextTick} />
              <p className={styles['small']}>
                <Ago at={nextTick} />
              </p>
            </>
          )}
        </Fact>
      </Facts>
    </div>
  )
}

function History({ name, days }: { readonly name: string; readonly days: ProcessProps['days'] }) {
  const texts = useTexts(overviewTexts)
  return (
    <div className={styles['part']}>
      <h3>{texts.history}</h3>
      <div className={styles['history']}>
        {days === undefined ? (
          <Skeleton lines={3} />
        ) : days instanceof ApiFailure ? (
          <p className={styles['none']}>{texts.historyFailed}</p>
        ) : (
          <Days name={name} days={days} />
        )}
      </div>
    </div>
  )
}

function Days({ name, days }: { readonly name: string; readonly days: readonly BarDay[] }) {
  const texts = useTexts(overviewTexts)
  const format = useFormat()
  const total = (of: (day: BarDay['pieces']) => number) =>
    format.number(days.reduce((sum, { pieces }) => sum + of(pieces), 0))
  if (days.every(({ pieces }) => Object.values(pieces).every((count) => count === 0))) {
    return <p className={styles['none']}>{texts.historyNone}</p>
  }
  const label = texts.historyOf(
    name,
    total(({ verified, notVerified, other }) => verified + notVerified + other),
    total(({ notVerified }) => notVerified),
    total(({ errors }) => errors),
  )
  return <DayBars label={label} days={days} names={texts.pieces} dayName={texts.day} />
}
