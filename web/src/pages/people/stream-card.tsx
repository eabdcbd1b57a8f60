/** One stream: its status, the reason, the next step, and links to more. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { useSay } from '../../i18n/messages.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { useMay } from '../../session/viewer.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Moment } from '../../ui/time.tsx'
import { ConfirmDeathDialog } from '../deaths/confirm-dialog.tsx'
import { mayBeSentAgain, mayConfirmDeath, needsNhs, SendAgainDialog } from './act-dialogs.tsx'
import styles from './people.module.css'
import type { Explained } from './queries.ts'
import type { StreamView, Subject } from './subject.ts'
import { peopleTexts } from './texts.ts'
import { peopleWords } from './words.ts'

interface StreamProps {
  readonly subject: Subject
  readonly view: StreamView
}

/** The card. */
export function StreamCard({ subject, view }: StreamProps) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const { reason } = useTexts(peopleWords)
  const say = useSay()
  const { explanation } = view
  return (
    <Card title={names.stream[view.stream]} actions={<StatusBadge status={view.status} />}>
      <div className={styles['stream']}>
        <div>
          <p className={styles['reason']}>{textOf(reason, view.reason)}</p>
          {explanation !== null && <p>{say(explanation.cause.why)}</p>}
        </div>
        {explanation !== null && (
          <div>
            <p className={styles['small']}>{texts.next}</p>
            <p>{say(explanation.next)}</p>
          </div>
        )}
        {view.candidateId !== null && (
          <p>
            <Link
              to={subject.kind === 'person' ? '/deaths/persons/$candidateId' : '/deaths/parties/$candidateId'}
              params={{ candidateId: view.candidateId }}
            >
              {texts.openAct}
            </Link>
          </p>
        )}
        <Results view={view} />
        {explanation !== null && <Details explanation={explanation} />}
        <Acts subject={subject} view={view} />
      </div>
    </Card>
  )
}

function Results({ view }: { readonly view: StreamView }) {
  const texts = useTexts(peopleTexts)
  const { unverifiedAt, syncedAt, answer, result, comment } = view
  if ([unverifiedAt, syncedAt, answer, result, comment].every((each) => each === null)) return null
  return (
    <Facts isDense>
      {syncedAt !== null && (
        <Fact name={texts.syncedAt}>
          <Moment at={syncedAt} />
        </Fact>
      )}
      {unverifiedAt !== null && (
        <Fact name={texts.unverifiedAt}>
          <Moment at={unverifiedAt} />
        </Fact>
      )}
      {answer !== null && <Fact name={texts.answer}>{textOf(texts.answerWords, String(answer))}</Fact>}
      {result !== null && <Fact name={texts.answer}>{textOf(texts.resultWords, String(result))}</Fact>}
      {comment !== null && (
        <Fact name={texts.comment} isWide>
          {comment}
        </Fact>
      )}
    </Facts>
  )
}

/** The rule, run, message and user behind the status; and the previous status during a check. */
function Details({ explanation: { cause, before } }: { readonly explanation: Explained }) {
  const texts = useTexts(peopleTexts)
  const say = useSay()
  const { reason } = useTexts(peopleWords)
  const isAnything = [cause.rule, cause.at, cause.runId, cause.messageId, cause.userId, before].some(
    (each) => each !== null,
  )
  if (!isAnything) return null
  return (
    <details className={styles['more']}>
      <summary>{texts.details}</summary>
      <div className={styles['stream']}>
        <CauseFacts cause={cause} />
        {before !== null && (
          <div>
            <p className={styles['small']}>{texts.before}</p>
            <p>
              <StatusBadge status={before.verificationStatus} /> {textOf(reason, before.verificationReason)}
            </p>
            <p>{say(before.cause.why)}</p>
            <CauseFacts cause={before.cause} />
          </div>
        )}
      </div>
    </details>
  )
}

function CauseFacts({ cause }: { readonly cause: Explained['cause'] }) {
  const texts = useTexts(peopleTexts)
  const { rule, at, runId, messageId, userId } = cause
  return (
    <Facts isDense>
      {rule !== null && (
        <Fact name={texts.rule} isWide>
          {texts.section(rule)}
        </Fact>
      )}
      {at !== null && (
        <Fact name={texts.at}>
          <Moment at={at} />
        </Fact>
      )}
      {runId !== null && (
        <Fact name={texts.run}>
          <RunLink id={runId} />
        </Fact>
      )}
      {messageId !== null && (
        <Fact name={texts.message} isWide>
          <CopyId id={messageId} what={texts.message} />
        </Fact>
      )}
      {userId !== null && (
        <Fact name={texts.user} isWide>
          <UserLink id={userId} what={texts.user} />
        </Fact>
      )}
    </Facts>
  )
}

/** A run by its id, linked if the viewer may see it. */
export function RunLink({ id }: { readonly id: string }) {
  const texts = useTexts(peopleTexts)
  const maySee = useMay('verification_run:read')
  if (!maySee) return <CopyId id={id} what={texts.run} isShort />
  return (
    <Link to="/runs/$runId" params={{ runId: id }} title={id} className="mono">
      {id.slice(0, 8)}
    </Link>
  )
}

function Acts({ subject, view }: StreamProps) {
  const texts = useTexts(peopleTexts)
  const mayVerify = useMay(`${subject.kind}:verify`)
  const mayConfirm = useMay('employee:verify')
  const [isSending, setIsSending] = useState(false)
  const [isConfirming, setIsConfirming] = useState(false)
  const isSendable = (needsNhs(subject, view) ? mayConfirm : mayVerify) && mayBeSentAgain(subject, view)
  const isConfirmable = mayConfirm && mayConfirmDeath(subject, view)
  if (!isSendable && !isConfirmable) return null
  return (
    <div>
      {isSendable && (
        <Button isSmall icon="undo" onPress={() => setIsSending(true)}>
          {texts.sendAgain}
        </Button>
      )}
      {isConfirmable && (
        <Button isSmall icon="check" onPress={() => setIsConfirming(true)}>
          {texts.confirmDeath}
        </Button>
      )}
      {isSending && <SendAgainDialog subject={subject} view={view} onClose={() => setIsSending(false)} />}
      {isConfirming && <ConfirmDeathDialog subject={subject} onClose={() => setIsConfirming(false)} />}
    </div>
  )
}
