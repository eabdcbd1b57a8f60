/** One act of death beside the subject that it may belong to: what agrees, what differs, and the decision. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { nodeId } from '../../graphql/ids.ts'
import type { ApiFailure } from '../../graphql/request.ts'
import { useAnswer } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useMay } from '../../session/viewer.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { Banner, EmptyState, Shown, Skeleton } from '../../ui/states.tsx'
import type { Kind } from '../people/kinds.ts'
import { RevealDialog, type Revealed, useMayReveal } from '../people/reveal.tsx'
import { fullNameOf } from '../people/subject.ts'
import { peopleTexts } from '../people/texts.ts'
import { ActFacts, Comparison } from './comparison.tsx'
import styles from './deaths.module.css'
import { ZoneBadge } from './deaths-page.tsx'
import { type Decision, DecisionDialog } from './decision-dialog.tsx'
import { useNext } from './next.ts'
import { type Candidate, type CandidateSubject, PARTY_CANDIDATE, PERSON_CANDIDATE } from './queries.ts'
import { deathsTexts } from './texts.ts'

const personRoute = getRouteApi('/deaths/persons/$candidateId')
const partyRoute = getRouteApi('/deaths/parties/$candidateId')

interface Answer {
  readonly data: Candidate | undefined
  readonly error: ApiFailure | null
  readonly refetch: () => unknown
}

/** The page for a person. */
export function PersonDeathPage() {
  const { candidateId } = personRoute.useParams()
  const { data, ...rest } = useAnswer(
    PERSON_CANDIDATE,
    { id: nodeId('PersonDracsDeathCandidate', candidateId) },
    { keepsPrevious: false },
  )
  const candidate = data?.personDracsDeathCandidate
  const shown = candidate == null ? undefined : ({ kind: 'person', ...candidate } as const)
  return <DeathPage key={candidateId} kind="person" uuid={candidateId} answer={{ ...rest, data: shown }} />
}

/** The page for a party. */
export function PartyDeathPage() {
  const { candidateId } = partyRoute.useParams()
  const { data, ...rest } = useAnswer(
    PARTY_CANDIDATE,
    { id: nodeId('PartyDracsDeathCandidate', candidateId) },
    { keepsPrevious: false },
  )
  const candidate = data?.partyDracsDeathCandidate
  const shown = candidate == null ? undefined : ({ kind: 'party', endingDeclarations: [], ...candidate } as const)
  return <DeathPage key={candidateId} kind="party" uuid={candidateId} answer={{ ...rest, data: shown }} />
}

function DeathPage({ kind, uuid, answer }: { readonly kind: Kind; readonly uuid: string; readonly answer: Answer }) {
  const texts = useTexts(deathsTexts)
  const { data, error } = answer
  const subject = data?.subject ?? null
  const isUnknown = error?.code === 'NOT_FOUND' || error?.code === 'BAD_REQUEST'
  return (
    <Page
      title={subject === null ? texts.one : fullNameOf(subject)}
      tab={`${texts.one} ${uuid.slice(0, 8)}`}
      back={
        <Link to="/deaths" search={kind === 'party' ? { kind } : {}}>
          <Icon name="left" />
          {texts.back}
        </Link>
      }
      actions={
        subject !== null && (
          <Link
            to={kind === 'person' ? '/persons/$personId' : '/parties/$partyId'}
            params={{ personId: subject.databaseId, partyId: subject.databaseId } as never}
            className={buttonClass()}
          >
            {texts.openSubject[kind]}
          </Link>
        )
      }
    >
      {isUnknown ? (
        <EmptyState title={texts.unknown} />
      ) : (
        <Shown of={answer} skeleton={<Skeleton lines={24} />}>
          {(candidate) => <Parts candidate={candidate} />}
        </Shown>
      )}
    </Page>
  )
}

const NOTHING: Revealed = {}

function Parts({ candidate }: { readonly candidate: Candidate }) {
  const texts = useTexts(deathsTexts)
  const [revealed, setRevealed] = useState(NOTHING)
  const { kind, subject, dracsDeathAct: act } = candidate
  return (
    <>
      <div className={styles['verdict']}>
        <ZoneBadge zone={candidate.zone} /> {texts.score}: <strong>{candidate.score.toFixed(2)}</strong>
      </div>
      {subject === null || act === null ? (
        <EmptyState title={texts.actGone} />
      ) : (
        <>
          {act.operation !== 'LIVE' && (
            <Banner tone="bad" role="status">
              {texts.annulled}
            </Banner>
          )}
          <Card
            title={texts.comparison}
            actions={<Reveal kind={kind} subject={subject} revealed={revealed} onChange={setRevealed} />}
          >
            <Comparison candidate={candidate} subject={subject} act={act} revealed={revealed} />
          </Card>
          <ActFacts act={act} />
        </>
      )}
      <Deciding candidate={candidate} />
    </>
  )
}

function Reveal(props: {
  readonly kind: Kind
  readonly subject: CandidateSubject
  readonly revealed: Revealed
  readonly onChange: (revealed: Revealed) => void
}) {
  const { kind, subject, revealed, onChange } = props
  const texts = useTexts(peopleTexts)
  const mayReveal = useMayReveal({ kind })
  const [isAsking, setIsAsking] = useState(false)
  if (!mayReveal) return null
  if (revealed !== NOTHING) return <Button onPress={() => onChange(NOTHING)}>{texts.hide}</Button>
  return (
    <>
      <Button isSmall icon="audit" onPress={() => setIsAsking(true)}>
        {texts.reveal}
      </Button>
      {isAsking && (
        <RevealDialog subject={{ kind, id: subject.id }} onRevealed={onChange} onClose={() => setIsAsking(false)} />
      )}
    </>
  )
}

/** The possible decisions, or why there are none; and the link to the next candidate. */
function Deciding({ candidate }: { readonly candidate: Candidate }) {
  const texts = useTexts(deathsTexts)
  const refusal = useRefusal(candidate)
  const [decision, setDecision] = useState<Decision>()
  const [isDecided, setIsDecided] = useState(false)
  const next = useNext(candidate)
  const { kind, subject, dracsDeathAct: act } = candidate
  const stream = subject?.verificationDetails?.dracsDeath
  const isLeft = candidate.status === 'NEW' && (stream?.verificationReason.startsWith('MANUAL') ?? false)
  const isOpen = refusal === undefined && subject !== null
  return (
    <Card title={texts.decision}>
      {isDecided && (
        <Banner tone="warn" role="alert">
          {texts.decided}
        </Banner>
      )}
      {isLeft && !isDecided && <p>{texts.leftToDoctor}</p>}
      {refusal !== undefined && <p>{refusal}</p>}
      <div className={styles['acts']}>
        {isOpen && act?.operation === 'LIVE' && (
          <Button look="danger" onPress={() => setDecision('dead')}>
            {texts.dead}
          </Button>
        )}
        {isOpen && <Button onPress={() => setDecision('notDead')}>{texts.notDead}</Button>}
        {isOpen &&
          kind === 'person' &&
          stream?.verificationStatus === 'VERIFICATION_NEEDED' &&
          act?.operation === 'LIVE' && <Button onPress={() => setDecision('doctor')}>{texts.doctor}</Button>}
        <Button onPress={() => void next()}>{texts.next}</Button>
      </div>
      {decision !== undefined && subject !== null && (
        <DecisionDialog
          candidate={candidate}
          subject={subject}
          decision={decision}
          onDecided={() => void next()}
          onLate={() => setIsDecided(true)}
          onClose={() => setDecision(undefined)}
        />
      )}
    </Card>
  )
}

function useRefusal(candidate: Candidate): string | undefined {
  const texts = useTexts(deathsTexts)
  const mayDecide = useMay(candidate.kind === 'person' ? 'person:verify' : 'employee:verify')
  const { status } = candidate
  if (status !== 'NEW') return texts.statuses[status]
  if (!mayDecide) return texts.mayNot
  if (candidate.kind === 'person') return undefined
  const isOurs = candidate.subject?.employees.some(
    ({ legalEntity, isActive, status }) => legalEntity.type === 'NHS' && isActive && status === 'APPROVED',
  )
  return isOurs === true ? undefined : texts.notOurs
}
