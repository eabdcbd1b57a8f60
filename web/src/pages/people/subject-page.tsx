/** A person or a party: status and reason, personal data, streams, and history. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { maySee, NAV_PAGES, type NavPage } from '../../app/pages.ts'
import type { ApiFailure } from '../../graphql/request.ts'
import { useSay } from '../../i18n/messages.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useViewer } from '../../session/viewer.ts'
import { statusLook } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { Banner, EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import { Specifics } from '../employee-requests/specifics.tsx'
import { History } from './history.tsx'
import { isOpen, type Kind } from './kinds.ts'
import styles from './people.module.css'
import { Documents, Employees, Personal } from './personal.tsx'
import { RevealDialog, type Revealed, useMayReveal } from './reveal.tsx'
import type { HistorySearch } from './search.ts'
import { StreamCard } from './stream-card.tsx'
import { fullNameOf, type StreamView, type Subject, streamsOf } from './subject.ts'
import { peopleTexts } from './texts.ts'
import { peopleWords } from './words.ts'

const NOTHING: Revealed = {}

interface SubjectPageProps {
  readonly kind: Kind
  readonly uuid: string
  readonly search: HistorySearch
  readonly answer: {
    readonly data: Subject | undefined
    readonly error: ApiFailure | null
    readonly refetch: () => unknown
    readonly isPlaceholderData: boolean
    readonly isFetching: boolean
  }
}

/** The page. */
export function SubjectPage({ kind, uuid, search, answer }: SubjectPageProps) {
  const texts = useTexts(peopleTexts)
  const [revealed, setRevealed] = useState(NOTHING)
  const { data: subject, error } = answer
  const isUnknown = error?.code === 'NOT_FOUND' || error?.code === 'BAD_REQUEST'
  return (
    <Page
      title={subject === undefined ? texts.one[kind] : fullNameOf(subject)}
      tab={`${texts.one[kind]} ${uuid.slice(0, 8)}`}
      back={
        <Link to={kind === 'person' ? '/persons' : '/parties'}>
          <Icon name="left" />
          {texts.backToList[kind]}
        </Link>
      }
      actions={
        subject !== undefined && (
          <>
            <RevealButton subject={subject} revealed={revealed} onChange={setRevealed} />
            <AuditLink uuid={uuid} />
            <Button icon="runs" onPress={() => void answer.refetch()} isPending={answer.isFetching}>
              {texts.refresh}
            </Button>
          </>
        )
      }
    >
      {isUnknown ? (
        <EmptyState title={texts.unknown[kind]}>{texts.unknownText}</EmptyState>
      ) : (
        <Shown of={answer} skeleton={<Skeleton lines={30} />}>
          {(shown) => <Parts subject={shown} revealed={revealed} search={search} isStale={answer.isPlaceholderData} />}
        </Shown>
      )}
    </Page>
  )
}

function RevealButton(props: {
  readonly subject: Subject
  readonly revealed: Revealed
  readonly onChange: (revealed: Revealed) => void
}) {
  const { subject, revealed, onChange } = props
  const texts = useTexts(peopleTexts)
  const mayReveal = useMayReveal(subject)
  const [isAsking, setIsAsking] = useState(false)
  if (!mayReveal) return null
  if (revealed !== NOTHING) return <Button onPress={() => onChange(NOTHING)}>{texts.hide}</Button>
  return (
    <>
      <Button icon="audit" onPress={() => setIsAsking(true)}>
        {texts.reveal}
      </Button>
      {isAsking && <RevealDialog subject={subject} onRevealed={onChange} onClose={() => setIsAsking(false)} />}
    </>
  )
}

/** A link to the audit of this subject, for users who may see it. */
function AuditLink({ uuid }: { readonly uuid: string }) {
  const texts = useTexts(peopleTexts)
  const viewer = useViewer()
  const audit = (NAV_PAGES as readonly NavPage[]).find(({ path }) => path === '/audit')
  if (audit === undefined || !maySee(audit, viewer)) return null
  return (
    <Link to={audit.path} search={{ subject: uuid } as never} className={buttonClass()}>
      <Icon name="audit" />
      {texts.whoLooked}
    </Link>
  )
}

interface PartsProps {
  readonly subject: Subject
  readonly revealed: Revealed
  readonly search: HistorySearch
  readonly isStale: boolean
}

function Parts({ subject, revealed, search, isStale }: PartsProps) {
  const texts = useTexts(peopleTexts)
  const streams = streamsOf(subject)
  return (
    <>
      <Verdict subject={subject} streams={streams} />
      {revealed !== NOTHING && (
        <Banner tone="warn" icon="audit" role="status">
          {texts.revealed}
        </Banner>
      )}
      <Personal subject={subject} revealed={revealed} />
      <Documents subject={subject} revealed={revealed} />
      <section className={styles['section']} aria-labelledby="streams">
        <h2 id="streams">{texts.streams}</h2>
        <div className={`${styles['streams']} ${subject.kind === 'party' ? styles['byTwo'] : ''}`}>
          {streams.map((view) => (
            <StreamCard key={view.stream} subject={subject} view={view} />
          ))}
        </div>
      </section>
      {subject.kind === 'party' && <Professional party={subject} />}
      <History subject={subject} search={search} isStale={isStale} />
    </>
  )
}

/** A party's positions, education and qualifications. */
function Professional({ party }: { readonly party: Subject & { readonly kind: 'party' } }) {
  const { educations, specialities, qualifications, scienceDegree: science_degree } = party
  return (
    <>
      <Employees party={party} />
      <Specifics specifics={{ educations, specialities, qualifications, science_degree }} />
    </>
  )
}

/** The cumulative status and its cause: each stream that keeps the subject from being verified. */
function Verdict({ subject, streams }: { readonly subject: Subject; readonly streams: readonly StreamView[] }) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const { reason } = useTexts(peopleWords)
  const say = useSay()
  const { verificationStatus: status, verificationExplanation: why } = subject
  const [tone, icon] = statusLook(status)
  const open = streams.filter((view) => isOpen(view.status))
  const isChecked = subject.kind === 'person' ? subject.isActive : subject.isAtWork
  return (
    <section className={`${styles['verdict']} ${styles[tone]}`} aria-labelledby="verdict">
      <div className={styles['verdictHead']}>
        <Icon name={icon} />
        <h2 id="verdict">{textOf(texts.verdictTitle, status)}</h2>
      </div>
      {why !== null && <p>{say(why)}</p>}
      {open.length > 0 && (
        <ul className={styles['reasons']}>
          {open.map((view) => (
            <li key={view.stream}>
              <strong>{names.stream[view.stream]}</strong>
              <span>{view.explanation === null ? textOf(reason, view.reason) : say(view.explanation.cause.why)}</span>
            </li>
          ))}
        </ul>
      )}
      {!isChecked && <p className="soft">{subject.kind === 'person' ? texts.notActive : texts.notAtWork}</p>}
    </section>
  )
}
